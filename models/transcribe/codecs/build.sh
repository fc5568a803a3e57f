#!/bin/sh
# Builds codecs.wasm. Needs Rust with the wasm32-unknown-unknown target (Debian: rustc cargo lld libstd-rust-dev-wasm32;
# where that cargo is too old for the registry, `cargo vendor` the crates with a newer one first).
set -eu
cd "$(dirname "$0")"
target=$(mktemp -d)
RUSTFLAGS="--remap-path-prefix=$PWD=codecs --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo" cargo build --release --locked --target wasm32-unknown-unknown --target-dir "$target"
cp "$target/wasm32-unknown-unknown/release/codecs.wasm" codecs.wasm
chmod 644 codecs.wasm
rm -r "$target"
