#!/bin/sh
set -e

# « redis --port 1234 » and « redis /etc/redis.conf » mean redis-server.
case "$1" in
    -*|*.conf) set -- redis-server "$@" ;;
esac

exec "$@"
