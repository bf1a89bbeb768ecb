#!/bin/sh
end=$(printf '\r')
while read -r line && [ -n "${line%"$end"}" ]; do :; done
printf 'HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n%s\n' "$NODE_ANSWER"
