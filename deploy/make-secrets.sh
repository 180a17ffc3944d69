#!/usr/bin/env bash
# Makes the passwords of docker-compose.yml once, random, readable by their owner alone. What exists is kept.
set -euo pipefail
umask 077
cd "$(dirname "${BASH_SOURCE[0]}")/.."

random() { head -c 24 /dev/urandom | base64 | tr '+/' '-_'; }

mkdir -p secrets
[ -s secrets/postgres-password.txt ] || random | tr -d '\n' > secrets/postgres-password.txt

# KurrentDB takes its first passwords from the environment only; compose reads .env by itself.
touch .env
for name in KURRENTDB_ADMIN_PASSWORD KURRENTDB_OPS_PASSWORD; do
  grep -q "^$name=." .env || printf '%s=%s\n' "$name" "$(random)" >> .env
done
echo 'secrets/postgres-password.txt and .env are there; neither belongs in git.'
