#!/bin/sh
end=$(printf '\r')
read -r request
headers=
while read -r line; do
  line=${line%"$end"}
  [ -n "$line" ] || break
  headers="$headers$line
"
done
body=$(
  [ -z "$WHOAMI_NAME" ] || echo "Name: $WHOAMI_NAME"
  echo "Hostname: $(hostname)"
  echo "IP: 127.0.0.1"
  for address in $(hostname -i); do echo "IP: $address"; done
  echo "${request%"$end"}"
  printf '%s' "$headers"
)
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s\n' \
  $((${#body} + 1)) "$body"
