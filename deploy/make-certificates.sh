#!/usr/bin/env bash
# Runs once, inside compose: a certificate authority of this installation, and a certificate for each KurrentDB node.
# The keys stay in the volume, readable by the accounts of KurrentDB alone. What holds for sixty days more is kept, so each `up` renews what must be.
set -euo pipefail
umask 077
cd "${1:-/certs}"

holds() { [ -s "$1" ] && openssl x509 -checkend 5184000 -noout -in "$1" > /dev/null; }

if ! holds ca/ca.crt; then
  mkdir -p ca
  rm -f -- */node.crt
  openssl req -x509 -newkey rsa:3072 -nodes -days 1825 -subj '/O=Mon espace sante/CN=kurrentdb-ca' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout ca.key -out ca/ca.crt
fi

# All nodes carry one common name: by it they know each other as nodes.
certificate() { # <name of the service> <more names and addresses>
  local node=$1 others=$2
  ! holds "$node/node.crt" || return 0
  mkdir -p "$node"
  openssl req -newkey rsa:3072 -nodes -subj '/CN=eventstoredb-node' -keyout "$node/node.key" -out "$node.csr"
  printf '%s\n' \
    'basicConstraints=critical,CA:FALSE' \
    'keyUsage=critical,digitalSignature,keyEncipherment' \
    'extendedKeyUsage=serverAuth,clientAuth' \
    "subjectAltName=DNS:$node,DNS:localhost,IP:127.0.0.1$others" > "$node.ext"
  openssl x509 -req -in "$node.csr" -CA ca/ca.crt -CAkey ca.key -CAserial ca.srl -CAcreateserial -days 825 \
    -extfile "$node.ext" -out "$node/node.crt"
  rm "$node.csr" "$node.ext"
}

certificate kurrentdb ''
certificate kurrentdb-node1 ',IP:172.30.240.11'
certificate kurrentdb-node2 ',IP:172.30.240.12'
certificate kurrentdb-node3 ',IP:172.30.240.13'

# 1001 is the account of the KurrentDB image, 1000 the group of older ones: either reads, neither writes. The key of the authority stays root's. Who only
# connects may see the authority.
chown -R 1001:1000 ca kurrentdb kurrentdb-node1 kurrentdb-node2 kurrentdb-node3
chmod 0755 . ca
chmod 0750 kurrentdb kurrentdb-node1 kurrentdb-node2 kurrentdb-node3
chmod 0644 ca/ca.crt
chmod 0440 kurrentdb*/node.crt kurrentdb*/node.key
chmod 0600 ca.key
