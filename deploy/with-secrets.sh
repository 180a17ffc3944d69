#!/bin/sh
# Runs a program whose settings are environment variables, taking those named NAME_FILE=/run/secrets/... from these files.
# --leave=NAME_FILE in front of the program: it reads that file itself. So no password stands in the compose file, in .env or in what `docker inspect` shows.
set -eu

left=
while case "${1:-}" in --leave=*) true ;; *) false ;; esac; do
  left="$left ${1#--leave=} "
  shift
done
for name in $(env | sed -n 's|^\([A-Z][A-Z0-9_]*\)_FILE=/run/secrets/[A-Za-z0-9._-]*$|\1|p'); do
  case "$left" in *" ${name}_FILE "*) continue ;; esac
  eval "file=\$${name}_FILE"
  value="$(cat "$file")"
  export "$name=$value"
  unset "${name}_FILE"
done
unset name file value left
exec "$@"
