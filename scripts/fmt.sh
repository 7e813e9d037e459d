#!/usr/bin/env bash
# Formats the Go code with the formatters of .golangci.yml (gofumpt, goimports).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

scripts/tools.sh golangci-lint
bin/tools/golangci-lint fmt
