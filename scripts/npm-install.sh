#!/usr/bin/env bash
# Installs the packages of web/ when the lock file is not the one installed last.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

stamp=web/node_modules/.lock-installed
cmp -s web/package-lock.json "$stamp" && exit 0
say "npm ci in web/ (the lock file changed, or this is the first time)"
(cd web && npm ci --no-audit --no-fund </dev/null)
cp web/package-lock.json "$stamp"
