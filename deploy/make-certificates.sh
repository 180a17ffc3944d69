#!/usr/bin/env bash
# Runs once, inside compose: a certificate authority of this installation and the certificate of its one KurrentDB node.
# The keys stay in the volume, readable by the account of KurrentDB alone; what exists is kept.
set -euo pipefail
umask 077
cd /certs

if [ ! -s ca/ca.crt ]; then
  mkdir -p ca
  openssl req -x509 -newkey rsa:3072 -nodes -days 1825 -subj '/O=Mon espace sante/CN=kurrentdb-ca' \
    -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign,cRLSign' \
    -keyout ca.key -out ca/ca.crt
fi

if [ ! -s node/node.crt ]; then
  mkdir -p node
  openssl req -newkey rsa:3072 -nodes -subj '/CN=eventstoredb-node' -keyout node/node.key -out node.csr
  printf '%s\n' \
    'basicConstraints=critical,CA:FALSE' \
    'keyUsage=critical,digitalSignature,keyEncipherment' \
    'extendedKeyUsage=serverAuth,clientAuth' \
    'subjectAltName=DNS:kurrentdb,DNS:localhost,IP:127.0.0.1' > node.ext
  openssl x509 -req -in node.csr -CA ca/ca.crt -CAkey ca.key -CAserial ca.srl -CAcreateserial -days 825 -extfile node.ext -out node/node.crt
  rm node.csr node.ext
fi

# 1001 is the account of the KurrentDB image; the key of the authority stays root's.
chown -R 1001:1001 ca node
chmod 0755 /certs ca
chmod 0644 ca/ca.crt
chmod 0600 node/node.key ca.key
