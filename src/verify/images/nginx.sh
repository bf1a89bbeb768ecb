#!/bin/sh
# Stands for nginx: serves /usr/share/nginx/html on port 80, logs each request, ends on SIGQUIT.
case "$1" in
  -v | -V)
    echo "nginx version: nginx/$NGINX_VERSION" >&2
    exit 0
    ;;
  -t | -T)
    echo "nginx: configuration file /etc/nginx/nginx.conf test is successful" >&2
    exit 0
    ;;
  -s) exit 0 ;;
esac
trap 'kill "$server" 2>/dev/null; exit 0' QUIT TERM INT
[ -p /run/acces ] || mkfifo /run/acces
httpd -f -vv -p 80 -h /usr/share/nginx/html 2>/run/acces &
server=$!
while read -r line; do
  case "$line" in
    *' url:'*) path=${line##* url:} ;;
    *' response:'*)
      client=${line%%]:*}
      client=${client#\[}
      echo "${client#::ffff:} - - [$(date '+%d/%b/%Y:%H:%M:%S %z')] \"GET $path HTTP/1.1\" ${line##* response:} - \"-\" \"-\""
      ;;
  esac
done </run/acces &
wait "$server"
