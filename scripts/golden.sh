#!/usr/bin/env bash
# Runs with -update the test packages that know this flag, so that each rewrites
# its golden files. What changed is for a person to read: git diff.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/need go 1.26
dirs=$(
  find . \( -name node_modules -o -name .git -o -path ./bin \) -prune -o -name '*_test.go' -print |
    while IFS= read -r file; do
      if grep -qE 'flag\.Bool(Var)?\(.*"update"|"entente/internal/golden"' "$file"; then dirname "$file"; fi
    done | sort -u
)
if [ -z "$dirs" ]; then
  say "golden: no test package has an -update flag"
  exit 0
fi
# shellcheck disable=SC2086 # folder names without spaces
go test $dirs -count=1 -update
git --no-pager diff --stat
