#!/bin/sh
# Stands for whoami: says which container answers, and what was asked of it.
port=80
while [ $# -gt 0 ]; do
  case "$1" in
    --port | -port) port=$2; shift ;;
    --port=* | -port=*) port=${1#*=} ;;
    --name | -name) WHOAMI_NAME=$2; shift ;;
    --name=* | -name=*) WHOAMI_NAME=${1#*=} ;;
  esac
  shift
done
export WHOAMI_NAME
trap 'exit 0' TERM INT
echo "Starting up on port $port" >&2
nc -ll -p "$port" -e /whoami.d/answer &
wait $!
