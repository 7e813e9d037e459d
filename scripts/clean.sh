#!/usr/bin/env bash
# Removes what was built. The development tools in bin/tools stay: they take
# minutes to build; remove the folder bin to be rid of them too.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

rm -rf bin/entente bin/test
if [ -d web/dist ]; then
  find web/dist -mindepth 1 ! -name .keep -delete
fi
