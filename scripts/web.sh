#!/usr/bin/env bash
# The TypeScript of web/: types, unit tests.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=web

if ! why=$(node_ready); then
  missing node "$NODE_MEND" "TypeScript checks ($why)"
  exit
fi
if ! scripts/npm-install.sh; then
  missing npm-packages "make web, on a machine that can download npm packages" "TypeScript checks"
  exit
fi

status=0
check "types" npm --prefix web run --silent check </dev/null || status=1

log=$RESULTS/vitest.log
mkdir -p "$RESULTS"
NO_COLOR=1 npm --prefix web test --silent </dev/null 2>&1 | tee "$log" || status=1
# "Tests  1 failed | 10 passed | 2 skipped (13)"
line=$(grep -E '^ *Tests  ' "$log" | tail -n 1 || true)
count_line "the TypeScript unit tests" "$line" || status=1
exit $status
