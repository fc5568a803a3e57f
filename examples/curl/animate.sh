#!/bin/sh
# Animates a photo with curl alone: submit, follow the events, download. Ctrl-C cancels the job.
#
#     examples/curl/animate.sh PHOTO COMMAND VIDEO [FIELD=VALUE...]
#     examples/curl/animate.sh cat.jpg 'make the cat nod' cat.mp4 seed=7 clicks='[{"x":0.5,"y":0.5}]'
#
# WAGGLE_URL is the service, WAGGLE_KEY an API key where it wants one.
set -eu
photo=$1 command=$2 video=$3
shift 3
animations=${WAGGLE_URL:-http://127.0.0.1:8080}/v1/animations

# The key goes through a pipe, so that nobody reads it in the list of processes.
ask() {
  printf '%s\n' ${WAGGLE_KEY:+"header = \"Authorization: Bearer $WAGGLE_KEY\""} |
    curl --config - --silent --show-error --fail-with-body --retry 5 --retry-connrefused "$@"
}

for field in "$@"; do
  set -- "$@" --form-string "$field"
  shift
done
# With an Idempotency-Key a request that is sent again does not make a second job.
key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
job=$(ask --header "Idempotency-Key: $key" --form "image=@\"$photo\"" --form-string "command=$command" "$@" \
  "$animations") || { echo "$job" >&2; exit 1; }
id=$(echo "$job" | sed 's/.*"id":"\(anim_[^"]*\)".*/\1/')

trap 'ask --request POST --output /dev/null "$animations/$id/cancel"; echo "canceled $id" >&2; exit 130' INT TERM
ask --no-buffer "$animations/$id/events" | sed -n 's/^data: //p' >&2

# Where the job has failed, the answer says why.
ask --location --output "$video" "$animations/$id/video" || { cat "$video" >&2; rm "$video"; exit 1; }
echo "$video"
