#!/usr/bin/env bash
# e2e.sh [pages|read|day|exchange]...: the built program, with its islands, in a real browser.
#
#   pages  every page of the public site            (web/e2e/e2e.mjs)
#   read   reading and coding, long texts too       (web/e2e/read.mjs)
#   day    a whole day of a team at the workbench   (web/e2e/day.mjs)
#   exchange  two nodes share with each other       (web/e2e/exchange.mjs)
#
# All without an argument. Pictures are kept in bin/test/shots. With
# IMAGES=docs/images the day and the exchange also renew the pictures of the documents:
#
#   make build && IMAGES=docs/images scripts/e2e.sh day exchange
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=e2e
mkdir -p "$RESULTS"

parts=${*:-pages read day exchange}
for part in $parts; do
  case "$part" in
    pages | read | day | exchange) ;;
    *)
      say "e2e: there is no part '$part'; pages, read, day or exchange" >&2
      exit 2
      ;;
  esac
done

scripts/build.sh

if ! why=$(node_ready); then
  missing node "$NODE_MEND" "pages, reading, the day of a team and the exchange in a browser ($why)"
  exit
fi
if [ ! -d web/node_modules ]; then
  missing npm-packages "make e2e, on a machine that can download npm packages" "pages, reading, the day of a team and the exchange in a browser"
  exit
fi
if ! CHROMIUM=$(chromium_path); then
  missing chromium "apt-get install chromium" "pages, reading, the day of a team and the exchange in a browser"
  exit
fi
export CHROMIUM ENTENTE_SHOTS="$RESULTS/shots"
mkdir -p "$ENTENTE_SHOTS"

status=0

# browser NAME SECONDS SCRIPT: runs one script, whose last word is
# "N passed, N failed" and perhaps ", N skipped".
browser() {
  local log=$RESULTS/browser-$1.log line
  limit "$2" node "$3" </dev/null 2>&1 | tee "$log" || status=1
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
  count_line "the browser tests of the $1" "$line" || status=1
}

# shellcheck disable=SC2317 # called through check
stops() {
  kill -TERM "$server"
  for _ in $(seq 100); do
    if ! kill -0 "$server" 2>/dev/null; then
      wait "$server" # its exit status is the answer
      return
    fi
    sleep 0.1
  done
  say "the program still runs 10 s after it was asked to stop"
  kill -KILL "$server"
  return 1
}

# serving NAME ARGUMENTS SCRIPT: starts the program, runs a script against it and
# asks it to stop.
serving() {
  local name=$1 script=$3 out=$RESULTS/serve-$1.out err=$RESULTS/serve-$1.err url="" before=$status
  # shellcheck disable=SC2086 # words without spaces
  bin/entente serve --addr 127.0.0.1:0 $2 >"$out" 2>"$err" </dev/null &
  server=$!
  trap 'kill "$server" 2>/dev/null || true' EXIT
  for _ in $(seq 300); do
    url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9][0-9]*/\).*|\1|p' "$out" | head -n 1)
    [ -n "$url" ] && break
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  if [ -z "$url" ]; then
    say "e2e: the program printed no address; it said:"
    cat "$out" "$err"
    count 0 1 0
    status=1
    return
  fi
  export ENTENTE_URL="$url"
  browser "$name" 1800 "$script" # a busy machine takes several times as long
  check "the program stops when asked ($name)" stops || status=1
  trap - EXIT
  if [ $status -ne "$before" ] && [ -s "$err" ]; then
    say "the program's last words (all of them: $err):"
    tail -n 20 "$err"
  fi
}

pages() { serving pages "" web/e2e/e2e.mjs; }

reading() {
  local store=bin/test/read.entente
  rm -f "$store" "$store-wal" "$store-shm"
  bin/entente init --db "$store" >/dev/null
  serving read "--db $store" web/e2e/read.mjs
}

day() {
  if ! have soffice; then
    missing soffice "apt-get install libreoffice-writer" "a text as DOCX in the day of a team" || status=1
  fi
  go build -o "$RESULTS/yesterday" ./web/e2e/fixture/yesterday
  export ENTENTE=bin/entente YESTERDAY="$RESULTS/yesterday" ENTENTE_IMAGES="${IMAGES:-}"
  browser day 1800 web/e2e/day.mjs
}

exchange() {
  export ENTENTE=bin/entente ENTENTE_IMAGES="${IMAGES:-}"
  browser exchange 900 web/e2e/exchange.mjs
}

for part in $parts; do
  case "$part" in
    pages) pages ;;
    read) reading ;;
    day) day ;;
    exchange) exchange ;;
  esac
done
exit $status
