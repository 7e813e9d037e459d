#!/usr/bin/env bash
# The linters of .golangci.yml, shellcheck, file lengths.
set -euo pipefail
. "$(dirname "$0")/lib.sh"
STAGE=lint

shell_scripts() {
  say scripts/need
  say .ci/run
  find scripts deploy -name '*.sh' | sort
}

status=0
if scripts/tools.sh golangci-lint; then
  check "golangci-lint" bin/tools/golangci-lint run ./... || status=1
else
  missing golangci-lint "make lint, on a machine that can download Go modules" "golangci-lint" || status=1
fi

if have shellcheck; then
  # shellcheck disable=SC2046 # the names are our own and hold no spaces
  check "shellcheck" shellcheck --external-sources --source-path=SCRIPTDIR $(shell_scripts) || status=1
else
  missing shellcheck "apt-get install shellcheck" "shellcheck" || status=1
fi

check "length of Go files" scripts/file-length.sh || status=1
exit $status
