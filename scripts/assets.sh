#!/usr/bin/env bash
# Builds the islands (TypeScript, styles) into web/dist, which the program
# embeds. Without Node.js the program is built without them: every page works,
# only zoom and hover are missing. A build that starts and breaks is an error.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

skipped() {
  boxed "SKIPPED islands: $1; pages work without them"
  exit 0
}

why=$(node_ready) || skipped "$why"
[ -f web/package-lock.json ] || skipped "web/package-lock.json not found"
scripts/npm-install.sh || skipped "npm ci failed (see above)"
node web/build.mjs </dev/null
