#!/usr/bin/env bash
# Times a clean release build of the program against that of an empty program with the seven crates
# that any such program needs. Give the number of rounds; needs an idle machine.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-1}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$work/empty/src"
echo 'fn main() {}' >"$work/empty/src/main.rs"
cat >"$work/empty/Cargo.toml" <<'END'
[package]
name = "empty"
version = "0.1.0"
edition = "2024"

[dependencies]
ratatui = "0.30"
crossterm = "0.29"
tokio = { version = "1", features = ["full"] }
bollard = "0.21"
serde = { version = "1", features = ["derive"] }
clap = { version = "4.6", features = ["derive"] }
color-eyre = "0.6"

[workspace]
END
cargo fetch --quiet --manifest-path "$work/empty/Cargo.toml"
cargo fetch --quiet --locked

seconds() {
  rm -rf "$work/target"
  local began=$EPOCHREALTIME
  CARGO_TARGET_DIR=$work/target cargo build --quiet --release --manifest-path "$1/Cargo.toml"
  awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }'
}

for _ in $(seq "$rounds"); do
  empty=$(seconds "$work/empty")
  ours=$(seconds "$PWD")
  awk -v o="$ours" -v e="$empty" \
    'BEGIN { printf "empty program %.1f s, moussaillon %.1f s: %.2f times\n", e, o, o / e }'
done
