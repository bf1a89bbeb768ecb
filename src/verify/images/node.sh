#!/bin/sh
# Stands for node: of a program that serves HTTP, answers its text on the port it listens on.
case "$1" in
  -v | --version)
    echo "v$NODE_VERSION"
    exit 0
    ;;
  '')
    echo "node: pas d'interprète dans cette doublure" >&2
    exit 1
    ;;
esac
file=$1
[ -f "$file" ] || file=$1.js
if [ ! -f "$file" ]; then
  echo "Error: Cannot find module '$(pwd)/$1'" >&2
  exit 1
fi
# Values of the environment and the host's name, where the program puts them in a text.
fill() {
  text=$1
  text=$(echo "$text" | sed "s|\${os.hostname()}|$(hostname)|g; s|['\"] *+ *os.hostname() *+ *['\"]|$(hostname)|g; s|['\"] *+ *os.hostname()|$(hostname)|g")
  for name in $(echo "$text" | grep -o 'process\.env\.[A-Z_]*' | sed 's/.*\.//' | sort -u); do
    eval "value=\$$name"
    text=$(echo "$text" | sed "s#\${process.env.$name[^}]*}#$value#g")
  done
  echo "$text" | sed 's/\\n$//'
}
literal() {
  grep -o "$1(\(\`[^\`]*\`\|'[^']*'[^)]*\|\"[^\"]*\"[^)]*\)" "$file" | head -n 1 |
    sed "s/^[^(]*(.//; s/[\`'\"] *\$//"
}
listens=$(grep -o 'listen([^,)]*' "$file" | head -n 1 | sed 's/listen(//')
case "$listens" in
  '') port= ;;
  *[!0-9]*) port=$(grep -o "$listens *= *[^;]*" "$file" | head -n 1 | grep -o '[0-9][0-9]*' | tail -n 1) ;;
  *) port=$listens ;;
esac
if grep -q 'process\.env\.PORT' "$file"; then port=${PORT:-$port}; fi
said=$(literal 'console\.log')
[ -z "$said" ] || fill "$said" | sed "s/\${[A-Za-z]*}/$port/g"
[ -n "$port" ] || exit 0
NODE_ANSWER=$(fill "$(literal '\.\(end\|send\)')")
export NODE_ANSWER
# A process 1 without a handler does not see SIGTERM, here as in node.
if grep -q SIGTERM "$file"; then trap 'exit 0' TERM; fi
trap 'exit 0' INT
nc -ll -p "$port" -e /usr/local/lib/node-answer &
while kill -0 $! 2>/dev/null; do wait $!; done
