#!/usr/bin/env bash
# soak.sh TIME: every fuzz target for TIME, then writers of the record store
# killed 200 times on each engine and the PostgreSQL server under them 50 times,
# the same for nodes of the exchange, whose network, clocks and disks fail too,
# then all Go tests three times in random orders. For an evening, not for every
# change. KILLS=n sets the number of kills.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

time=${1:-30s}
scripts/need go 1.26
status=0
while IFS=: read -r file target; do
  say "== $(dirname "$file") $target ($time)"
  go test -run '^$' -fuzz "^$target\$" -fuzztime "$time" "$(dirname "$file")" </dev/null || status=1
done < <(
  find . \( -name node_modules -o -name .git -o -path ./bin \) -prune -o -name '*_test.go' -print | sort |
    while IFS= read -r file; do sed -n "s|^func \(Fuzz[A-Za-z0-9_]*\)(.*|$file:\1|p" "$file"; done
)
say "== kills of the record store's writers"
ENTENTE_KILLS=${KILLS:-200} go test -count=1 -timeout=120m -run '^TestNothingIsLostByKills$' -v ./internal/store </dev/null || status=1
say "== the exchange: nodes killed, cut off, and attacked"
ENTENTE_KILLS=${KILLS:-200} go test -count=1 -timeout=240m -v ./internal/exchange/trial </dev/null || status=1
say "== the shelf: random operations"
ENTENTE_SEEDS=100 go test -count=1 -timeout=60m -run '^TestRandomOperations$' ./internal/exchange/shelf </dev/null || status=1
go test -count=3 -shuffle=on -timeout=60m ./... </dev/null || status=1
exit $status
