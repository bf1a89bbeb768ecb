#!/bin/sh
# As the true image: options and files go to node.
if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ] || [ -f "$1" ] && ! [ -x "$1" ]; then
  set -- node "$@"
fi
exec "$@"
