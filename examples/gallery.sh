#!/usr/bin/env bash
# Makes the moving pictures of the README from the pictures beside it: examples/gallery/*.webp.
set -euo pipefail
cd "$(dirname "$0")/.."
move() { # picture, words, seed, more options
  local photo=$1 words=$2 seed=$3
  shift 3
  local out=examples/gallery/$photo-$(cut -d' ' -f4- <<<"$words" | tr ' ' '-').webp
  npm run -s waggle -- animate "examples/photos/$photo.jpg" --say "$words" --seed "$seed" --size 320 --fps 15 --loop --out "$out" "$@" >/dev/null
  echo "$out"
}
move chelsea 'make the cat turn its head' 7 --click 0.5,0.5
move astronaut 'make the woman nod' 1 --click 0.42,0.6
move astronaut 'make the woman shake her head' 2 --click 0.42,0.6
move fox 'make the fox run' 1 --mask examples/photos/fox-mask.png
move horse 'make the horse eat' 1 --mask examples/photos/horse-mask.png
move husky 'make the dog wag its tail' 1 --mask examples/photos/husky-mask.png
move yeti 'make the person wave' 1 --mask examples/photos/yeti-mask.png
move husky 'make the dog jump' 1 --mask examples/photos/husky-mask.png
