#!/usr/bin/env bash
# A Go file holds one idea: more than 500 lines fail, 800 for a test.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

go_files() {
  find . \( -name node_modules -o -name .git -o -path ./bin -o -name testdata \) -prune -o \
    -name '*.go' -type f -print | sort
}

status=0
while IFS= read -r file; do
  limit=500
  case "$file" in *_test.go) limit=800 ;; esac
  lines=$(wc -l <"$file")
  if [ "$lines" -gt "$limit" ]; then
    say "${file#./}: $((lines)) lines, more than $limit; give its second idea a file of its own"
    status=1
  fi
done < <(go_files)
exit $status
