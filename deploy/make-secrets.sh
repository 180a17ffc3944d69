#!/usr/bin/env bash
# Makes the passwords of docker-compose.yml once, random. What exists is kept.
# The folder is its owner's alone; the files in it can be read inside containers, whose accounts have other numbers than ours.
set -euo pipefail
umask 022
cd "$(dirname "${BASH_SOURCE[0]}")/.."

random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n'; }
keep() { # <file> <text>
  [ -s "secrets/$1.txt" ] || printf '%s' "$2" > "secrets/$1.txt"
}

mkdir -p secrets
chmod 0700 secrets
for name in postgres-password kurrentdb-admin-password kurrentdb-ops-password kurrentdb-mes-password kurrentdb-eraser-password \
  s3-access-key-id s3-secret-access-key; do
  keep "$name" "$(random)"
done
keep database-url "postgresql://mes:$(cat secrets/postgres-password.txt)@postgres:5432/mes"
chmod 0644 secrets/*.txt
echo 'The folder secrets is filled; it does not belong in git.'
