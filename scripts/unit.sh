#!/usr/bin/env bash
# All Go tests in a random order, with the race detector where there is a C
# compiler. Fuzz targets run on their seeds.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=unit

status=0
set -- -shuffle=on -timeout=25m ./...
if have "$(go env CC)"; then
  export CGO_ENABLED=1
  set -- -race "$@"
else
  missing gcc "apt-get install gcc libc6-dev" "race detector" || status=1
fi

mkdir -p "$RESULTS"
scripts/tools.sh gotestsum
bin/tools/gotestsum --format=pkgname --format-hide-empty-pkg --hide-summary=skipped \
  --jsonfile="$RESULTS/unit.json" -- "$@" </dev/null || status=1

# Counts tests and subtests as the go command does. A package that fails with
# no failed test (it does not build, or its process died) counts as one failure.
tally=$(awk '
  function field(name) {
    if (!match($0, "\"" name "\":\"[^\"]*\"")) return ""
    return substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 5)
  }
  { action = field("Action"); test = field("Test"); package = field("Package") }
  action == "pass" && test != "" { passed++ }
  action == "skip" && test != "" { skipped++; print test >> skips }
  action == "fail" && test != "" { failed++; told[package] = 1 }
  action == "fail" && test == "" && !(package in told) { failed++ }
  END { print passed + 0, failed + 0, skipped + 0 }
' skips="$RESULTS/other-skips.txt" "$RESULTS/unit.json")
# shellcheck disable=SC2086 # three numbers
count $tally
exit $status
