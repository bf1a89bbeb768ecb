#!/usr/bin/env bash
# How long our docker command takes, as a ratio to the real one: both in one run, in turn, against
# the same engine. Needs `docker` and its engine (DOCKER_HOST), an image of busybox, and a release
# build (or the path of another one).
#
#     benches/client.sh [MOUSSAILLON]
set -euo pipefail
cd "$(dirname "$0")/.."
ours=${1:-target/release/moussaillon}
rounds=${ROUNDS:-40}
names=()

cleanup() { [ ${#names[@]} = 0 ] || docker rm -f "${names[@]}" >/dev/null; }
trap cleanup EXIT

# Microseconds that a command takes.
time_of() {
  local begin=${EPOCHREALTIME/[.,]/}
  "$@" >/dev/null
  echo $((${EPOCHREALTIME/[.,]/} - begin))
}

# Runs both in turn, and prints the middle times and their ratio.
compare() {
  local rounds=$1 real=() mine=()
  shift
  for _ in $(seq "$rounds"); do
    real+=("$(time_of docker "$@")")
    mine+=("$(time_of "$ours" docker "$@")")
  done
  local middle=$((rounds / 2 + 1))
  local a b
  a=$(printf '%s\n' "${real[@]}" | sort -n | sed -n "${middle}p")
  b=$(printf '%s\n' "${mine[@]}" | sort -n | sed -n "${middle}p")
  awk -v a="$a" -v b="$b" -v what="$*" \
    'BEGIN { printf "%-20s docker %8.1f ms, ours %8.1f ms, ratio %.2f\n", what, a / 1000, b / 1000, b / a }'
}

compare "$rounds" --version
compare "$rounds" ps
for number in $(seq 20); do
  names+=("moussaillon-bench-$number")
  docker run -d --name "moussaillon-bench-$number" busybox sleep 3600 >/dev/null
done
compare 5 stats --no-stream
