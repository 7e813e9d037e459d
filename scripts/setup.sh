#!/usr/bin/env bash
# Installs what the tests use and this machine lacks, as root with apt-get.
# Anywhere else it installs nothing and says what is missing; the tests that
# need it then skip loudly. Never fails: whether a skip is allowed is for the
# tests to say (REQUIRE).
set -euo pipefail
. "$(dirname "$0")/lib.sh"

packages=""
want() { packages="$packages $*"; }

# postgres_ready: the server's programs are on PATH or where Debian puts them
# (internal/pgtest looks there too), or the tests are pointed at a server.
postgres_ready() {
  [ -n "${TEST_POSTGRES_DSN:-}" ] || { have postgres && have initdb; } ||
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null
}

chromium_path >/dev/null || want chromium
have soffice || want libreoffice-writer-nogui
# Writer opens the notes, Calc the sheets; each is a part of its own.
compgen -G '/usr/lib/libreoffice/program/libsclo.so' >/dev/null || want libreoffice-calc-nogui
{ have pdftotext && have pdftoppm; } || want poppler-utils
have shellcheck || want shellcheck
have gcc || want gcc libc6-dev
postgres_ready || want postgresql
have fc-list || want fontconfig
# A page in three languages and a picture of it need letters: DejaVu for Latin,
# Greek, Cyrillic and Arabic, and any font for Japanese (this one is small).
fonts() { have fc-list && fc-list "$1" | grep -q .; }
fonts ':family=DejaVu Sans' || want fonts-dejavu-core
fonts ':lang=ja' || want fonts-ipafont-gothic

if [ -z "$packages" ]; then
  say "setup: nothing is missing"
elif [ "$(id -u)" != 0 ] || ! have apt-get; then
  boxed "setup installed nothing (it takes root and apt-get). Missing:$packages"
  say "On Debian: sudo apt-get install --no-install-recommends$packages"
else
  say "setup: installing$packages"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # a list of names
  if apt-get -o DPkg::Lock::Timeout=120 -qq update </dev/null &&
    apt-get -o DPkg::Lock::Timeout=120 -qq install -y --no-install-recommends $packages </dev/null >/dev/null; then
    say "setup: done"
  else
    boxed "setup: apt-get failed (see above); what needs these will be skipped:$packages"
  fi
fi
node_ready >/dev/null || boxed "setup does not install Node.js ($(node_ready || true)): $NODE_MEND"
