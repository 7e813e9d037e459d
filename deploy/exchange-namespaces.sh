#!/usr/bin/env bash
# exchange-namespaces.sh DIR COMMAND: five nodes of the exchange, each in a
# network of its own on this machine, to try what happens when lines break.
#
#   up         make the networks and the nodes in DIR, pair them, serve them
#   share      each node shares a made-up report of an incident, at AMBER
#   sync       each node reads from each of the others; says what could not be read
#   cut NODE   cut the line of a node
#   slow NODE  make its line slow and lossy (where the kernel can)
#   mend NODE  mend its line
#   kill NODE  end its server as a failing machine would
#   serve NODE start its server again
#   check      count what arrived and what is receipted, and verify all logs
#   in NODE COMMAND...   run a command in a node's network
#   down       stop everything; the nodes stay in DIR
#   all        all of this in turn, with a broken line and a killed server
#
# NODE is estonia, japan, netherlands, brazil or australia. It needs root and the
# program ip. ENTENTE is the program (bin/entente); TAG, up to six letters and
# digits, keeps several such runs apart; PATIENCE is how many seconds one node
# tries to read from another (60). Nothing in it but the corpus is of the
# world: neither the states nor the reports have anything to do with it.
set -euo pipefail

if [ $# -lt 2 ]; then
  sed -n '2,/^set -euo/{/^set -euo/d;s/^# \{0,1\}//;p;}' "$0"
  exit 2
fi
dir=$1
command=$2
shift 2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ENTENTE=${ENTENTE:-$here/../bin/entente}
TAG=${TAG:-ex}
nodes=(estonia japan netherlands brazil australia)
actors=(est jpn nld bra aus)
port=8441
unset ENTENTE_DB ENTENTE_NODE

say() { printf '%s\n' "$*"; }
fail() {
  say "exchange-namespaces: $*" >&2
  exit 1
}

number() { # of a node, from 1
  local i
  for i in "${!nodes[@]}"; do
    if [ "${nodes[i]}" = "$1" ]; then
      say $((i + 1))
      return
    fi
  done
  fail "there is no node $1"
}

net() { say "$TAG-$1"; } # the network of node number $1; 0 is the exchange point between them
run() { # NODE COMMAND...: in its network
  local n
  n=$(number "$1")
  shift
  ip netns exec "$(net "$n")" "$@"
}
entente() { run "$1" "$ENTENTE" "${@:2}" --node "$dir/$1"; }

networks_up() {
  ip netns add "$(net 0)"
  ip -n "$(net 0)" link add point type bridge
  ip -n "$(net 0)" link set point up
  local n
  for n in 1 2 3 4 5; do
    ip netns add "$(net $n)"
    ip -n "$(net 0)" link add "to$n" type veth peer name line netns "$(net $n)"
    ip -n "$(net 0)" link set "to$n" master point up
    ip -n "$(net $n)" address add "10.77.0.$n/24" dev line
    ip -n "$(net $n)" link set line up
    ip -n "$(net $n)" link set lo up
  done
}

make_nodes() {
  mkdir -p "$dir/run"
  local i
  for i in "${!nodes[@]}"; do
    "$ENTENTE" node init "$dir/${nodes[i]}" --actor "${actors[i]}" --title "${nodes[i]} (trial)" \
      --listen "10.77.0.$((i + 1)):$port" --name "10.77.0.$((i + 1)),${nodes[i]}.entente.test" --origin "${nodes[i]}.entente.test/log" >/dev/null
    "$ENTENTE" node key --node "$dir/${nodes[i]}" >>"$dir/run/keys"
  done
}

pair_nodes() {
  local a b
  for a in "${nodes[@]}"; do
    "$ENTENTE" partner introduce --output "$dir/run/$a.json" --node "$dir/$a" >/dev/null 2>>"$dir/run/pair.log"
  done
  for a in "${nodes[@]}"; do
    "$ENTENTE" community add circle --name "The five" --node "$dir/$a" >/dev/null
    for b in "${nodes[@]}"; do
      [ "$a" != "$b" ] || continue
      "$ENTENTE" partner add "$b" --introduction "$dir/run/$b.json" --node "$dir/$a" >/dev/null
      "$ENTENTE" community member circle "$b" --clearance amber --node "$dir/$a" >/dev/null
    done
    "$ENTENTE" collection add incidents --title Incidents --community circle --ceiling amber --node "$dir/$a" >/dev/null
  done
  for a in "${nodes[@]}"; do
    for b in "${nodes[@]}"; do
      [ "$a" != "$b" ] || continue
      # The introduction with the token is as secret as the token: it is read and gone.
      "$ENTENTE" partner introduce --to "$b" --token --output "$dir/run/secret.json" --node "$dir/$a" >/dev/null 2>>"$dir/run/pair.log"
      "$ENTENTE" partner add "$a" --introduction "$dir/run/secret.json" --node "$dir/$b" >/dev/null 2>>"$dir/run/pair.log"
      rm -f "$dir/run/secret.json"
    done
  done
}

serve() {
  local i n
  n=$(number "$1")
  # No function here: the number of the process is to be that of the server itself.
  ip netns exec "$(net "$n")" "$ENTENTE" node serve "$dir/$1" </dev/null >>"$dir/run/$1.log" 2>&1 &
  echo $! >"$dir/run/$1.pid"
  disown
  for i in $(seq 200); do
    if run "$1" bash -c "exec 3<>/dev/tcp/10.77.0.$(number "$1")/$port" 2>/dev/null; then
      return
    fi
    sleep 0.05
  done
  tail "$dir/run/$1.log" >&2
  fail "the server of $1 did not start"
}

end() { # SIGNAL NODE: only what this script has started
  local pid
  [ -f "$dir/run/$2.pid" ] || return 0
  pid=$(cat "$dir/run/$2.pid")
  kill "-$1" "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done
  rm -f "$dir/run/$2.pid"
}

share() {
  local i n=${nodes[0]} id
  for i in "${!nodes[@]}"; do
    n=${nodes[i]}
    id="incident--0000000$i-0000-4000-8000-00000000000$i"
    cat >"$dir/run/incident-$n.json" <<BUNDLE
{"type":"bundle","id":"bundle--0000000$i-0000-4000-8000-00000000000$i","objects":[
{"type":"incident","spec_version":"2.1","id":"$id","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",
"name":"SYNTHETIC incident of $n","description":"Made up for a trial. Nothing of it ever happened."}]}
BUNDLE
    entente "$n" share --file "$dir/run/incident-$n.json" --level amber --collection incidents >>"$dir/run/share.log"
    say "$n has shared $id"
  done
}

sync_all() {
  local a b good=0 bad=0
  for a in "${nodes[@]}"; do
    for b in "${nodes[@]}"; do
      [ "$a" != "$b" ] || continue
      if timeout "${PATIENCE:-60}" ip netns exec "$(net "$(number "$a")")" "$ENTENTE" sync "$b" --node "$dir/$a" >>"$dir/run/sync.log" 2>&1; then
        good=$((good + 1))
      else
        bad=$((bad + 1))
        say "$a could not read from $b"
      fi
    done
  done
  say "read: $good ways, $bad could not be read"
}

check() {
  local a b got=0 want=0 receipts faults=0
  for a in "${nodes[@]}"; do
    for b in "${nodes[@]}"; do
      [ "$a" != "$b" ] || continue
      want=$((want + 1))
      if entente "$a" inbox --partner "$b" --all --format json | grep -q '"incident--'; then
        got=$((got + 1))
      else
        say "$a has nothing of $b"
      fi
    done
  done
  for a in "${nodes[@]}"; do
    rm -rf "$dir/run/export-$a"
    entente "$a" node export "$dir/run/export-$a" --for '*' >/dev/null
    if ! "$ENTENTE" verify "$dir/run/export-$a" --key "$dir/run/keys" >"$dir/run/verify-$a.txt"; then
      cat "$dir/run/verify-$a.txt"
      faults=$((faults + 1))
    fi
  done
  receipts=$(cat "$dir"/run/verify-*.txt | sed -n 's/.*Receipts [0-9]*: \([0-9]*\) proven.*/\1/p' | awk '{ n += $1 } END { print n + 0 }')
  say "arrived: $got of $want; lost: $((want - got)); logs at fault: $faults of ${#nodes[@]}; receipts proven: $receipts"
  [ "$got" = "$want" ] && [ "$faults" = 0 ]
}

line() { # what of a node's line
  local n
  n=$(number "$1")
  shift
  ip -n "$(net 0)" link set "to$n" "$@"
}

slow() {
  ip netns exec "$(net 0)" tc qdisc add dev "to$(number "$1")" root netem delay 150ms 50ms loss 3% duplicate 2% reorder 5% 2>/dev/null ||
    say "this kernel cannot make a line slow (tc netem); it stays as it is"
}

mend() {
  line "$1" up
  ip netns exec "$(net 0)" tc qdisc del dev "to$(number "$1")" root 2>/dev/null || true
}

up() {
  [ ! -e "$dir/run" ] || fail "$dir is in use: take another folder"
  networks_up
  make_nodes
  pair_nodes
  local n
  for n in "${nodes[@]}"; do serve "$n"; done
  say "five nodes in $dir, each in a network of its own: $(net 1) to $(net 5)"
}

down() {
  local n
  for n in "${nodes[@]}"; do end TERM "$n"; done
  for n in 0 1 2 3 4 5; do
    ip netns delete "$(net $n)" 2>/dev/null || true
  done
}

case "$command" in
up) up ;;
share) share ;;
sync) sync_all ;;
cut) line "${1:?which node}" down ;;
slow) slow "${1:?which node}" ;;
mend) mend "${1:?which node}" ;;
kill) end KILL "${1:?which node}" ;;
serve) serve "${1:?which node}" ;;
check) check ;;
in) run "$@" ;;
down) down ;;
all)
  trap down EXIT
  up
  share
  say "== the line of japan is cut, the server of brazil is killed, the line of estonia is slow"
  line japan down
  end KILL brazil
  slow estonia
  sync_all
  say "== all is mended"
  mend japan
  mend estonia
  serve brazil
  sync_all
  sleep 1.2 # a checkpoint covers what was handed over last
  sync_all
  check
  ;;
*) fail "there is no command $command" ;;
esac
