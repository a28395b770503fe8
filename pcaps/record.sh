#!/usr/bin/env bash
# Records the captures beside this file: small, real programs talk over a bridge
# in network namespaces, and a sensor port of that bridge is recorded.
#
#   pcaps/record.sh [SCENE...]      default: every file in pcaps/scenes/
#
# One scene is one file, scenes/SCENE.sh. It starts its servers, calls `rolling`,
# lets the clients talk; then recording stops. Captures change byte for byte with every
# recording (times, client ports, sequence numbers, TLS keys); truth.json and
# README.md say what stays.
#
#   KEEP=DIR       keep the programs' logs and command lines in DIR/SCENE/
#   OUT=DIR        write captures to DIR instead of the directory of this file
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
out=$(mkdir -p "${OUT:-$here}" && cd "${OUT:-$here}" && pwd)
keep=
if [[ -n ${KEEP:-} ]]; then mkdir -p "$KEEP"; keep=$(cd "$KEEP" && pwd); fi
dcmjs_dimse=0.3.3

# --- what is needed ---------------------------------------------------------

need() { # PROGRAM PACKAGE
  if ! command -v "$1" >/dev/null; then
    missing+=("$1 (Debian package $2)")
  fi
}
missing=()
PATH=$PATH:/usr/sbin:/sbin
need ip iproute2; need ss iproute2; need tcpdump tcpdump
need dumpcap wireshark-common; need editcap wireshark-common; need tshark tshark
for program in storescu storescp echoscu findscu movescu getscu dcmqrscp wlmscpfs \
  termscu dump2dcm dcmconv dcmcjpeg dcmcrle dcmodify; do need "$program" dcmtk; done
need Orthanc orthanc; need openssl openssl; need node nodejs; need npm npm
need nmap nmap; need gzip gzip; need python3 python3; need gnutls-serv gnutls-bin
if ((${#missing[@]})); then
  printf 'record.sh: missing: %s\n' "${missing[@]}" >&2
  exit 1
fi
if ((EUID)); then
  echo 'record.sh: network namespaces need root' >&2
  exit 1
fi

# --- namespaces, bridge, clean-up -------------------------------------------

# Host, last byte of its address. All in 10.20.30.0/24; `outside` sits behind the gateway.
declare -A last=([gateway]=1 [modality]=11 [modality2]=12 [archive]=20 [workstation]=30
  [ris]=40 [office]=50 [printer]=60 [stranger]=66)
prefix=dtap$$
work=$(mktemp -d)
jobs_running=()

clean_up() {
  local status=$?
  trap - EXIT
  set +e
  stop_all
  for name in bridge sensor outside "${!last[@]}"; do
    ip netns del "$prefix-$name" 2>/dev/null
  done
  rm -rf "$work"
  exit "$status"
}
stop_all() {
  local pid
  for pid in "${jobs_running[@]}"; do kill -TERM "$pid" 2>/dev/null || true; done
  for pid in "${jobs_running[@]}"; do
    for _ in {1..30}; do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  jobs_running=()
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

on() { local host=$1; shift; ip netns exec "$prefix-$host" "$@"; }

# One frame per segment with a real checksum, so that the capture looks like a wire's.
without_offload() { # HOST DEVICE
  if command -v ethtool >/dev/null; then
    on "$1" ethtool -K "$2" tx off rx off tso off gso off gro off >/dev/null 2>&1 || true
  fi
}

add_namespace() {
  ip netns add "$prefix-$1"
  on "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
    echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
    echo 0 >/proc/sys/net/ipv6/conf/lo/disable_ipv6
    echo 1 >/proc/sys/net/ipv4/tcp_no_metrics_save'
  ip -n "$prefix-$1" link set lo up
}

plug() { # HOST DEVICE PORT: a cable from the host to the bridge
  ip link add "$2" netns "$prefix-$1" type veth peer name "$3" netns "$prefix-bridge"
  ip -n "$prefix-bridge" link set "$3" master hub up
  without_offload bridge "$3"
  without_offload "$1" "$2"
}

build_network() {
  local host
  add_namespace bridge
  ip -n "$prefix-bridge" link add hub type bridge ageing_time 0 mcast_snooping 0
  ip -n "$prefix-bridge" link set hub up
  for host in "${!last[@]}"; do
    add_namespace "$host"
    plug "$host" eth0 "p-$host"
    ip -n "$prefix-$host" link set eth0 address "$(printf '02:00:0a:14:1e:%02x' "${last[$host]}")"
    ip -n "$prefix-$host" addr add "10.20.30.${last[$host]}/24" dev eth0
    ip -n "$prefix-$host" link set eth0 up
    [[ $host == gateway ]] || ip -n "$prefix-$host" route add 203.0.113.0/24 via 10.20.30.1
  done
  add_namespace outside
  ip link add eth0 netns "$prefix-outside" type veth peer name wan0 netns "$prefix-gateway"
  without_offload outside eth0
  without_offload gateway wan0
  ip -n "$prefix-outside" addr add 203.0.113.7/24 dev eth0
  ip -n "$prefix-outside" link set eth0 up
  ip -n "$prefix-outside" route add 10.20.30.0/24 via 203.0.113.1
  ip -n "$prefix-gateway" addr add 203.0.113.1/24 dev wan0
  ip -n "$prefix-gateway" link set wan0 up
  on gateway sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
  # Last, because a bridge floods to its newest port first: the sensor should see a segment
  # before its receiver can acknowledge it. (ack-before-data.pcap shows the other order.)
  add_namespace sensor
  plug sensor span0 p-span
  ip -n "$prefix-sensor" link set span0 up promisc on
}

with_ipv6() { # HOST...: fd00:20:30::LAST in decimal digits, until the end of the scene
  local host
  for host in "$@"; do
    on "$host" sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
      echo 0 >/proc/sys/net/ipv6/conf/eth0/accept_dad'
    ip -n "$prefix-$host" -6 addr add "fd00:20:30::${last[$host]}/64" dev eth0 nodad
  done
  sleep 3 # neighbour discovery of the link-local addresses is not part of the scene
}

# --- the words a scene is written in ----------------------------------------

# Background programs are started without a shell function in between: $! must be the program itself.
serve() { # HOST NAME PORT COMMAND...: start it, wait until it listens
  local host=$1 name=$2 port=$3; shift 3
  printf '%s$ %s &\n' "$host" "$*" >>"$logs/commands.txt"
  ip netns exec "$prefix-$host" "$@" >"$logs/$name.log" 2>&1 &
  jobs_running+=($!)
  for _ in {1..150}; do
    if on "$host" ss -Hltn "sport = :$port" | grep -q .; then return; fi
    kill -0 "${jobs_running[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "record.sh: $scene: $name does not listen on $port:" >&2
  tail -n 20 "$logs/$name.log" >&2
  return 1
}

run() { # HOST NAME COMMAND...: must succeed
  local host=$1 name=$2; shift 2
  printf '%s$ %s\n' "$host" "$*" >>"$logs/commands.txt"
  if ! on "$host" timeout 60 "$@" >>"$logs/$name.log" 2>&1; then
    echo "record.sh: $scene: $name failed: $*" >&2
    tail -n 20 "$logs/$name.log" >&2
    return 1
  fi
}

run_failing() { # HOST NAME COMMAND...: must not succeed
  local host=$1 name=$2; shift 2
  printf '%s$ %s   # fails, as it should\n' "$host" "$*" >>"$logs/commands.txt"
  if on "$host" timeout 60 "$@" >>"$logs/$name.log" 2>&1; then
    echo "record.sh: $scene: $name should have failed: $*" >&2
    return 1
  fi
}

run_either() { # HOST NAME COMMAND...: exit status does not tell
  local host=$1 name=$2; shift 2
  printf '%s$ %s\n' "$host" "$*" >>"$logs/commands.txt"
  on "$host" timeout 60 "$@" >>"$logs/$name.log" 2>&1 || true
}

background() { # HOST NAME COMMAND...: a client that runs beside others; see `join`
  local host=$1 name=$2; shift 2
  printf '%s$ %s &\n' "$host" "$*" >>"$logs/commands.txt"
  ip netns exec "$prefix-$host" timeout 60 "$@" >"$logs/$name.log" 2>&1 &
  joined+=($!)
}
join() { local pid; for pid in "${joined[@]}"; do wait "$pid"; done; joined=(); }

rolling() { # [FORMAT]: start recording. pcap (µs, tcpdump), nano (ns pcap, tcpdump), pcapng (dumpcap)
  local command
  case ${1:-pcap} in
    pcap) recorded=$work/roll.pcap; command=(tcpdump -i span0 -n -s 0 -U --immediate-mode -w "$recorded") ;;
    nano) recorded=$work/roll.pcap; command=(tcpdump -i span0 -n -s 0 -U --immediate-mode
      --time-stamp-precision=nano -w "$recorded") ;;
    pcapng) recorded=$work/roll.pcapng; command=(dumpcap -q -i span0 -w "$recorded") ;;
  esac
  if [[ ${1:-pcap} != pcapng ]]; then command=("${command[0]}" -Z root "${command[@]:1}"); fi
  : >"$logs/capture.log"
  ip netns exec "$prefix-sensor" "${command[@]}" >>"$logs/capture.log" 2>&1 &
  recorder=$!
  jobs_running+=("$recorder")
  for _ in {1..100}; do
    if grep -qiE 'listening on|^File: ' "$logs/capture.log"; then break; fi
    sleep 0.05
  done
  sleep 0.3
}

stop_rolling() { # stop recording, when the last packets have had time to arrive
  sleep "${1:-0.5}"
  kill -TERM "$recorder"
  wait "$recorder" || true
  local dropped
  dropped=$(sed -n 's/^\([0-9]*\) packets* dropped by kernel.*/\1/p' "$logs/capture.log")
  if [[ -n $dropped && $dropped != 0 ]]; then
    echo "record.sh: $scene: the kernel dropped $dropped packets" >&2
    return 1
  fi
}

peers() { # dcmjs-dimse, pinned, in the temporary directory; printed: where peers/*.cjs run
  if [[ ! -d $work/peers/node_modules ]]; then
    mkdir -p "$work/peers"
    cp "$here"/peers/* "$work/peers/"
    (cd "$work/peers" && npm init -y && npm install --ignore-scripts --no-audit --no-fund \
      "dcmjs-dimse@$dcmjs_dimse") >"$work/npm.log" 2>&1 || { cat "$work/npm.log" >&2; return 1; }
  fi
}

fill_archive() { # AE-TABLE-LINE... -- FILE...: dcmqrscp on archive:11112, filled before recording
  local lines=()
  while [[ $1 != -- ]]; do lines+=("$1"); shift; done
  shift
  mkdir -p archive
  rm -rf archive/*
  {
    echo 'NetworkTCPPort = 11112'
    echo 'MaxPDUSize = 16384'
    echo "MaxAssociations = ${archive_associations:-16}"
    echo 'HostTable BEGIN'
    echo 'viewer = (VIEWER, 10.20.30.30, 11112)'
    echo 'ct1 = (CT_ROOM1, 10.20.30.11, 11112)'
    echo 'HostTable END'
    echo 'VendorTable BEGIN'
    echo 'VendorTable END'
    echo 'AETable BEGIN'
    printf '%s\n' "${lines[@]}"
    echo 'AETable END'
  } >archive.cfg
  serve archive dcmqrscp 11112 dcmqrscp "${archive_options[@]}" -v -dhl -c archive.cfg
  if (($#)); then
    on archive timeout 60 storescu -aet FILLER -aec ARCHIVE 127.0.0.1 11112 "$@" >"$logs/fill.log" 2>&1
    sleep 0.5
  fi
}

make_keys() { # tls/{ca,archive,modality}.{key,crt}: two years, RSA 2048, SHA-256
  [[ -d tls ]] && return
  mkdir tls
  openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 730 -subj '/O=Testklinik Nirgendwo/CN=Invented CA' \
    -keyout tls/ca.key -out tls/ca.crt 2>/dev/null
  local name
  for name in archive modality; do
    openssl req -newkey rsa:2048 -nodes -subj "/O=Testklinik Nirgendwo/CN=$name.hospital.test" \
      -keyout "tls/$name.key" -out "tls/$name.csr" 2>/dev/null
    openssl x509 -req -sha256 -days 730 -in "tls/$name.csr" -CA tls/ca.crt -CAkey tls/ca.key -CAcreateserial \
      -extfile <(echo "subjectAltName=DNS:$name.hospital.test") -out "tls/$name.crt" 2>/dev/null
  done
}

make_objects() {
  mkdir -p "$work/o"
  head -c 320000 /dev/zero >"$work/large.raw"
  local dump
  for dump in "$here"/objects/*.dump; do
    (cd "$work" && dump2dcm -q +te "$dump" "o/$(basename "$dump" .dump).dcm")
  done
}

# --- the scenes -------------------------------------------------------------

record() { # SCENE
  scene=$1
  if [[ ! -f $here/scenes/$scene.sh ]]; then
    echo "record.sh: no scene '$scene'; there are: $(cd "$here/scenes" && echo *.sh | sed 's/\.sh//g')" >&2
    return 1
  fi
  logs=$work/logs/$scene
  mkdir -p "$logs"
  cd "$work"
  local host
  for host in "${!last[@]}" outside; do ip -n "$prefix-$host" neigh flush all; done
  recorded=
  recorder=
  joined=()
  archive_options=()
  archive_associations=16
  suffix=
  # shellcheck disable=SC1090
  source "$here/scenes/$scene.sh"
  if [[ -n $recorder ]]; then stop_rolling; fi
  stop_all
  for host in modality archive workstation; do
    on "$host" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
  done
  if [[ -n $keep ]]; then rm -rf "${keep:?}/$scene"; cp -r "$logs" "$keep/$scene"; fi
  local name=$scene.${recorded##*.}
  mv "$recorded" "$out/$name"
  if [[ $suffix == gz ]]; then gzip -9 -n -f "$out/$name"; name=$name.gz; fi
  chmod 644 "$out/$name"
  printf '%-22s %6d packets %8d bytes\n' "$name" \
    "$(tshark -r "$out/$name" -T fields -e frame.number 2>/dev/null | wc -l)" "$(stat -c %s "$out/$name")"
}

build_network
make_objects
if (($# == 0)); then
  # What is cut out of other captures comes last.
  set -- $(cd "$here/scenes" && ls -- *.sh | sed 's/\.sh$//' | awk '/^midstream/ {late = late " " $0; next} {print} END {print late}')
fi
for wanted in "$@"; do record "$wanted"; done
