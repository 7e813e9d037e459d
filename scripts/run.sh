#!/usr/bin/env bash
# Serves what was built. ADDR: where to listen; DB: a workbench, made when it is
# not there yet.
set -euo pipefail
. "$(dirname "$0")/lib.sh"

args=()
[ -z "${ADDR:-}" ] || args+=(--addr "$ADDR")
if [ -n "${DB:-}" ]; then
  case "$DB" in
    postgres://* | postgresql://*) ;;
    *) [ -e "$DB" ] || bin/entente init --db "$DB" ;;
  esac
  args+=(--db "$DB")
fi
exec bin/entente serve "${args[@]}"
