// Takes the bytes of streams that were ended off the disks of a KurrentDB: asks every node for a scavenge, one node after the other, and waits until it is
// done. Ends with 1 at the first node that did not come to "Success"; may be run again. The account `ops` of the server may: that of the software may not.
// Environment: KURRENTDB_ADDRESS (every node, host:port, by commas), KURRENTDB_OPS_PASSWORD, NODE_EXTRA_CA_CERTS (the authority of the nodes' certificates).
const { KURRENTDB_ADDRESS, KURRENTDB_OPS_PASSWORD, NODE_EXTRA_CA_CERTS } = process.env;
const given = { KURRENTDB_ADDRESS, KURRENTDB_OPS_PASSWORD, NODE_EXTRA_CA_CERTS };
const missing = Object.keys(given).filter((name) => !given[name]);
if (missing.length > 0) throw new Error(`Not set: ${missing.join(', ')}`);

const LOOK_AGAIN_MS = 1_000;
const authorization = `Basic ${Buffer.from(`ops:${KURRENTDB_OPS_PASSWORD}`).toString('base64')}`;

async function asked(node, method, path) {
  const answer = await fetch(`https://${node}/admin/${path}`, { method, headers: { authorization, accept: 'application/json' } });
  if (answer.status === 400 && method === 'POST')
    throw new Error(`${node}: a scavenge is under way already, which may leave what was ended since it began`);
  if (!answer.ok) throw new Error(`${node}: ${method} /admin/${path} was answered ${answer.status}`);
  return answer.json();
}

/** The result of this scavenge, when it has one. */
async function ended(node, scavengeId) {
  for (;;) {
    const last = await asked(node, 'GET', 'scavenge/last');
    if (last.scavengeId !== scavengeId) throw new Error(`${node}: does not know any more what became of scavenge ${scavengeId}`);
    if (last.scavengeResult !== 'InProgress') return last.scavengeResult;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

for (const node of KURRENTDB_ADDRESS.split(',')) {
  // Any threshold above leaves what weighs less.
  const { scavengeId } = await asked(node, 'POST', 'scavenge?threshold=0');
  const result = await ended(node, scavengeId);
  if (result !== 'Success') throw new Error(`${node}: scavenge ${scavengeId} ended with ${result}`);
  console.log(`${node}: Success (scavenge ${scavengeId})`);
}
