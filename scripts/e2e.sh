#!/usr/bin/env bash
# The built program, with its islands, in a real browser: web/e2e/e2e.mjs.
# Pictures of the pages are kept in bin/test/shots.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=e2e
mkdir -p "$RESULTS"

scripts/build.sh

if ! why=$(node_ready); then
  missing node "$NODE_MEND" "pages in a browser ($why)"
  exit
fi
if [ ! -d web/node_modules ]; then
  missing npm-packages "make e2e, on a machine that can download npm packages" "pages in a browser"
  exit
fi
if ! CHROMIUM=$(chromium_path); then
  missing chromium "apt-get install chromium" "pages in a browser"
  exit
fi

out=$RESULTS/serve.out
bin/entente serve --addr 127.0.0.1:0 >"$out" 2>"$RESULTS/serve.err" </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT

url=""
for _ in $(seq 300); do
  url=$(sed -n 's|.*\(http://127\.0\.0\.1:[0-9][0-9]*/\).*|\1|p' "$out" | head -n 1)
  [ -n "$url" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [ -z "$url" ]; then
  say "e2e: the program printed no address; it said:"
  cat "$out" "$RESULTS/serve.err"
  count 0 1 0
  exit 1
fi

status=0
log=$RESULTS/browser.log
export CHROMIUM ENTENTE_URL="$url" ENTENTE_SHOTS="$RESULTS/shots"
mkdir -p "$ENTENTE_SHOTS"
limit 900 node web/e2e/e2e.mjs </dev/null 2>&1 | tee "$log" || status=1
# The script's last word: "N passed, N failed" and perhaps ", N skipped".
line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1 || true)
count_line "the browser tests" "$line" || status=1

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
check "the program stops when asked" stops || status=1
trap - EXIT
if [ $status -ne 0 ] && [ -s "$RESULTS/serve.err" ]; then
  say "the program's last words (all of them: bin/test/serve.err):"
  tail -n 20 "$RESULTS/serve.err"
fi
exit $status
