#!/usr/bin/env bash
# Builds bin/entente: one static program with the corpus and the islands inside.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/need go 1.26
scripts/assets.sh
CGO_ENABLED=0 go build -trimpath -o bin/entente ./cmd/entente
