#!/usr/bin/env bash
# All Go tests in a random order, with the race detector where there is a C
# compiler. Fuzz targets run on their seeds. The numerical packages, the tests
# that walk every page, and what stands on the database (written in Go itself)
# would take many minutes under the detector: they run at full size without it,
# and with it only the tests that share work between goroutines.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=unit

HEAVY='entente/(analysis/(idealpoint|predict|congruence|community|centrality|candidates|reliability)|internal/(web|view|cli|store|workbench|ingest|extract|anchor|exchange|ledger|sheet))'

status=0
race=()
if have "$(go env CC)"; then
  export CGO_ENABLED=1
  race=(-race)
else
  missing gcc "apt-get install gcc libc6-dev" "race detector" || status=1
fi

mkdir -p "$RESULTS"
rm -f "$RESULTS"/unit*.json
scripts/tools.sh gotestsum

# run NAME ARGUMENT… runs tests and keeps what they say in unit-NAME.json.
run() {
  local name=$1
  shift
  bin/tools/gotestsum --format=pkgname --format-hide-empty-pkg --hide-summary=skipped \
    --jsonfile="$RESULTS/unit-$name.json" -- -shuffle=on -timeout=25m "$@" </dev/null || status=1
}

mapfile -t heavy < <(go list ./... | grep -E "^$HEAVY(/|\$)")
mapfile -t light < <(go list ./... | grep -Ev "^$HEAVY(/|\$)")
run all "${race[@]}" "${light[@]}"
run heavy "${heavy[@]}"
if [ ${#race[@]} -gt 0 ]; then
  run shared -race -run 'Workers|Writers|Editors|AtOnce|Concurrent|Parallel|Racing|TestRun|Cache' "${heavy[@]}"
fi

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
' skips="$RESULTS/other-skips.txt" "$RESULTS"/unit-*.json)
# shellcheck disable=SC2086 # three numbers
count $tally
exit $status
