#!/bin/sh
# Runs a program whose settings are environment variables, taking those named NAME_FILE=/run/secrets/... from these files.
# So no password stands in the compose file, in .env or in what `docker inspect` shows.
set -eu

for name in $(env | sed -n 's|^\([A-Z][A-Z0-9_]*\)_FILE=/run/secrets/[A-Za-z0-9._-]*$|\1|p'); do
  eval "file=\$${name}_FILE"
  value="$(cat "$file")"
  export "$name=$value"
  unset "${name}_FILE"
done
unset name file value
exec "$@"
