# shellcheck shell=bash
# What the scripts share. Sourced, never run. Works with bash 3.2 and later.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT" || exit 1

export GOTOOLCHAIN="${GOTOOLCHAIN:-local}"

# Where a test run leaves its counts, its list of skips and its artifacts.
RESULTS="$ROOT/bin/test"
# The Go tests append their skips to the same file (internal/testskip).
export ENTENTE_SKIPS="$RESULTS/skips.tsv"

have() { command -v "$1" >/dev/null 2>&1; }

say() { printf '%s\n' "$*"; }

# head_line TEXT: the title of a stage.
head_line() { printf '\n== %s\n' "$*"; }

# boxed TEXT: one loud line that is not lost among others.
boxed() {
  local rule
  rule=$(printf '%*s' $((${#1} + 4)) '' | tr ' ' '-')
  printf '%s\n| %s |\n%s\n' "$rule" "$1" "$rule"
}

# required TOOL: whether REQUIRE (a list with commas, or "all") names the tool;
# "all,-shared" leaves one out. The same rule as in internal/testskip.
required() {
  local list=",${REQUIRE:-},"
  list=${list// /}
  case "$list" in *,-"$1",*) return 1 ;; esac
  case "$list" in *,all,* | *,"$1",*) return 0 ;; esac
  return 1
}

# count PASSED FAILED SKIPPED: add to the tally of the stage that runs.
count() {
  mkdir -p "$RESULTS"
  printf '%s\t%d\t%d\t%d\n' "${STAGE:-other}" "$1" "$2" "$3" >>"$RESULTS/counts.tsv"
}

# check NAME COMMAND...: run one check and count it as passed or failed.
check() {
  local name=$1
  shift
  if "$@"; then
    count 1 0 0
    say "ok    $name"
  else
    count 0 1 0
    say "FAIL  $name"
    return 1
  fi
}

# missing TOOL MEND WHAT: WHAT cannot be checked for want of TOOL. Noted as a
# skip, or as a failure (and status 1) when REQUIRE names the tool.
missing() {
  if required "$1"; then
    count 0 1 0
    boxed "FAILED $3: $1 is required and missing; mend it with: $2"
    return 1
  fi
  count 0 0 1
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$ENTENTE_SKIPS"
  boxed "SKIPPED $3: $1 is missing; mend it with: $2"
}

# limit SECONDS COMMAND...: ends a command that hangs, where timeout(1) exists.
limit() {
  if have timeout; then
    timeout --kill-after=10 "$@"
  else
    shift
    "$@"
  fi
}

# number WORD LINE: the number that stands before WORD in LINE, or 0.
number() {
  local n
  n=$(printf '%s\n' "$2" | sed -nE "s/(^|.*[^0-9])([0-9]+) $1.*/\\2/p")
  printf '%s' "${n:-0}"
}

# count_line WHAT LINE: add the counts of a runner that closed with LINE, such as
# "3 passed, 1 failed, 2 skipped" in any order. No line is a failure.
count_line() {
  if [ -z "$2" ]; then
    say "$1 printed no count"
    count 0 1 0
    return 1
  fi
  local skipped
  skipped=$(number skipped "$2")
  count "$(number passed "$2")" "$(number failed "$2")" "$skipped"
  [ "$skipped" -eq 0 ] || say "$skipped in $1, see bin/test/$STAGE.log" >>"$RESULTS/other-skips.txt"
}

# chromium_path: prints the browser that the tests would use.
chromium_path() {
  local name
  for name in chromium chromium-browser google-chrome; do
    if have "$name"; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# node_ready: whether Node.js 20 or later and npm are here. If not, prints why.
node_ready() {
  if ! have node; then
    say "node not found"
    return 1
  fi
  if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' </dev/null; then
    say "node $(node --version) is older than 20"
    return 1
  fi
  if ! have npm; then
    say "npm not found"
    return 1
  fi
}

# shellcheck disable=SC2034 # used by the scripts that source this
NODE_MEND="install Node.js 20 or later with npm (https://nodejs.org)"
