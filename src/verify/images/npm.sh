#!/bin/sh
# Stands for npm: installs nothing, starts what package.json says.
script() {
  sed -n "s/.*\"$1\" *: *\"\([^\"]*\)\".*/\1/p" package.json | head -n 1
}
case "$1" in
  -v | --version) echo 10.8.2 ;;
  install | i | ci)
    [ -f package.json ] || { echo "npm error enoent Could not read package.json" >&2; exit 254; }
    mkdir -p node_modules
    echo "up to date, audited 1 package in 1s"
    ;;
  start) exec sh -c "$(script start)" ;;
  run) exec sh -c "$(script "$2")" ;;
  *) echo "npm: « $1 » n'est pas dans cette doublure" >&2; exit 1 ;;
esac
