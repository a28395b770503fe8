// Compares truth.json with what tshark reads from the captures: connections, associations, refusals, aborts,
// releases, requests by command. tshark is a referee, not the truth: where it is known to be wrong or blind,
// BLIND says so and the comparison is left out.
//   node pcaps/check.mjs [SCENE...]
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const { scenes } = JSON.parse(readFileSync(join(here, 'truth.json'), 'utf8'));
const PORTS = [11112, 11113, 11114, 4242, 8104];
const BLIND = {
  'ack-before-data': ['associations'], // takes a segment that was acknowledged before it was seen for a retransmission
  midstream: ['connections', 'associations'], // begins without handshake and request
  'midstream-large': ['connections', 'associations', 'requests'],
};

const tshark = (file, filter, ...fields) =>
  execFileSync('tshark', ['-r', join(here, file), ...PORTS.flatMap((port) => ['-d', `tcp.port==${port},dicom`]),
    '-Y', filter, '-T', 'fields', '-E', 'occurrence=a', ...fields.flatMap((field) => ['-e', field])],
  { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n').filter(Boolean).map((line) => line.split('\t'));
const tally = (list) => JSON.stringify(Object.entries(list.reduce((sum, key) => ({ ...sum, [key]: (sum[key] ?? 0) + 1 }), {})).sort());

let wrong = 0;
for (const [name, scene] of Object.entries(scenes)) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  const seen = scene.associations.filter((association) => association.tls === null);
  const types = tshark(scene.file, 'dicom', 'dicom.pdu.type').flatMap(([list]) => list.split(',')).map(Number);
  const requests = tshark(scene.file, 'dicom.pdu.type == 4', '_ws.col.Info')
    .flatMap(([info]) => [...info.matchAll(/([CN]-[A-Z-]+?)-RQ(?!-DATA)(?= |,|$)/g)].map(([, command]) => command))
    .filter((command) => command !== 'C-CANCEL');
  const compared = {
    connections: [String(scene.connections),
      String(tshark(scene.file, 'tcp.flags.syn == 1 && tcp.flags.ack == 0', 'tcp.stream').length)],
    associations: [
      tally(seen.map((a) => `${a.calling}>${a.called} ${a.client}>${a.server}:${a.serverPort}`)),
      tally(tshark(scene.file, 'dicom.pdu.type == 1', 'dicom.assoc.ae.calling', 'dicom.assoc.ae.called', 'ip.src', 'ipv6.src', 'ip.dst', 'ipv6.dst', 'tcp.dstport')
        .map(([calling, called, from4, from6, to4, to6, port]) => `${calling.trim()}>${called.trim()} ${from4 || from6}>${to4 || to6}:${port}`))],
    rejections: [String(seen.filter((a) => a.outcome === 'rejected').length), String(types.filter((type) => type === 3).length)],
    releases: [String(seen.filter((a) => a.outcome === 'released').length), String(types.filter((type) => type === 6).length)],
    aborts: [String(seen.filter((a) => a.outcome === 'aborted').length), String(types.filter((type) => type === 7).length)],
    requests: [tally(seen.flatMap((a) => a.operations.flatMap((operation) => Array(operation.count).fill(operation.command)))), tally(requests)],
  };
  for (const [what, [truth, tsharks]] of Object.entries(compared)) {
    if (truth === tsharks || BLIND[name]?.includes(what)) continue;
    wrong++;
    console.log(`${name}: ${what}\n  truth  ${truth}\n  tshark ${tsharks}`);
  }
}
console.log(wrong ? `${wrong} differences` : 'truth.json and tshark agree');
process.exitCode = wrong ? 1 : 0;
