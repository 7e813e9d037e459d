#!/usr/bin/env bash
# test.sh STAGE...: runs the stages one after another, all of them even when one
# fails, and closes with a summary: what was skipped and how to mend it, then
# one line "N passed, N failed, N skipped". Exit status 1 when anything failed.
#
# REQUIRE="chromium,soffice" turns the skips of these tools into failures;
# CI=true stands for REQUIRE=all, without the optional shared data.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

if [ "${CI:-}" = true ] && [ -z "${REQUIRE+set}" ]; then
  REQUIRE=all,-shared
fi
export REQUIRE="${REQUIRE:-}"

scripts/need go 1.26
rm -rf "$RESULTS"
mkdir -p "$RESULTS"
: >"$RESULTS/counts.tsv"
: >"$ENTENTE_SKIPS"

failed_stages=""
for stage in "$@"; do
  head_line "$stage"
  start=$SECONDS
  if ! "scripts/$stage.sh" 2>&1 | tee "$RESULTS/$stage.log"; then
    failed_stages="$failed_stages $stage"
    # A stage that broke off before it could count its own failure.
    awk -F '\t' -v s="$stage" '$1 == s && $3 > 0 { found = 1 } END { exit !found }' "$RESULTS/counts.tsv" ||
      STAGE=$stage count 0 1 0
  fi
  printf '%s\t%d\n' "$stage" $((SECONDS - start)) >>"$RESULTS/times.tsv"
done

head_line "summary"
awk -F '\t' '
  FILENAME ~ /counts/ { p[$1] += $2; f[$1] += $3; s[$1] += $4; next }
  FNR == 1 { printf "%-8s %8s %8s %8s %9s\n", "stage", "passed", "failed", "skipped", "seconds" }
  { printf "%-8s %8d %8d %8d %9d\n", $1, p[$1], f[$1], s[$1], $2 }
' "$RESULTS/counts.tsv" "$RESULTS/times.tsv"

# One entry per tool, in the order in which it was first missed.
awk -F '\t' '
  !($1 in n) { order[++tools] = $1; mend[$1] = $2 }
  { n[$1]++; what[$1] = what[$1] (n[$1] > 1 ? ", " : "") $3 }
  END {
    if (tools) printf "\nSKIPPED for want of a tool:\n"
    for (i = 1; i <= tools; i++) {
      t = order[i]
      printf "  %s (%d): %s\n    mend it with: %s\n", t, n[t], what[t], mend[t]
    }
  }
' "$ENTENTE_SKIPS"
if [ -s "$RESULTS/other-skips.txt" ]; then
  awk -F '\t' '
    FILENAME ~ /skips.tsv$/ { known[$3] = 1; next }
    !($1 in known) { if (!said++) printf "\nSKIPPED for another reason:\n"; print "  " $1 }
  ' "$ENTENTE_SKIPS" "$RESULTS/other-skips.txt"
fi

[ -z "$failed_stages" ] || printf '\nFAILED:%s (logs in bin/test/)\n' "$failed_stages"
read -r passed failed skipped < <(
  awk -F '\t' '{ p += $2; f += $3; s += $4 } END { print p + 0, f + 0, s + 0 }' "$RESULTS/counts.tsv"
)
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ] && [ -z "$failed_stages" ]
