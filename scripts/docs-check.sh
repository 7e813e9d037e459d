#!/usr/bin/env bash
# Runs every test called TestDocs...: they hold the documents against the program.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/need go 1.26
if ! grep -rq --include='*_test.go' --exclude-dir=node_modules '^func TestDocs' .; then
  say "docs-check: no test is called TestDocs..., so nothing would be checked" >&2
  exit 1
fi
go test -count=1 -run '^TestDocs' ./... | { grep -v 'no test' || true; }
