#!/usr/bin/env bash
# tools.sh NAME: builds a development tool of tools/go.mod into bin/tools/,
# unless it is there already for the same versions and the same Go.
# golangci-lint takes a minute or more the first time.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

name=${1:?usage: tools.sh NAME}
case "$name" in
golangci-lint) package=github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
gotestsum) package=gotest.tools/gotestsum ;;
*)
  say "tools.sh: no tool '$name' in tools/go.mod" >&2
  exit 2
  ;;
esac

scripts/need go 1.26
mkdir -p bin/tools
stamp=bin/tools/$name.built
now=$(go env GOVERSION && cat tools/go.mod tools/go.sum | cksum)
if [ -x "bin/tools/$name" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
  exit 0
fi
say "building $name (once)"
(cd tools && CGO_ENABLED=0 go build -trimpath -o "../bin/tools/$name" "$package")
printf '%s\n' "$now" >"$stamp"
