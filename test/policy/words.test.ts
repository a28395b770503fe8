// Proves: what a policy allows is said in words, whole and in the order of the file.
import { expect, it } from 'vitest';
import { parsePolicy } from '../../src/policy/parse.ts';
import { policyInWords } from '../../src/policy/words.ts';
import { START } from '../support/subject.ts';

async function words(text: string): Promise<string[]> {
  const { content, table } = await parsePolicy(text, START);
  if (content === null) throw new Error('not a policy');
  return policyInWords(content, table);
}

it('of the least policy', async () => {
  expect(await words('version: 1')).toEqual([
    'Internal networks: not named; private, link-local and loopback addresses are assumed to be internal.',
    'TLS: asked for between all.',
    'AE titles: none listed; any may call any, and the detections of AE titles are silent.',
  ]);
});

it('of one with everything', async () => {
  const text = `
version: 1
site: S
networks: { internal: [10.0.0.0/8] }
groups: { g: [A], none: [] }
ae_titles:
  - { title: [A, B], about: two, addresses: 10.0.0.1, ports: [104, 105], calls_as: C, roles: { scu: [worklist, store], scp: [query] }, peers: [D, { group: g }] }
  - { title: D, roles: { scu: [echo] }, peers: [] }
  - { title: F, sop_classes: [CT Image Storage, 1.2.3], move_destinations: [A, { group: none }], identity: [jwt] }
  - { title: G, move_destinations: [], identity: any, thresholds: { bulk-retrieval: { objects: 5 } } }
ae_table: |
  title, scp
  E, store
listeners: [{ address: 10.0.0.9, port: 2762 }]
encryption:
  tls: asked
  self_signed: forbidden
  cleartext_tolerated: [{ clients: [A, { group: g, address: 10.0.0.0/8 }], until: 2027-01-01, reason: R }]
tools:
  - { tool: nmap, clients: [{ address: 10.0.0.7 }], until: 2027-01-03, reason: R3 }
  - { reason: R4 }
severities: { phi-cleartext: off, public-address: low }
exceptions: [{ detection: public-address, servers: [{ address: 192.0.2.1 }], until: 2027-01-02, reason: R2 }]`;
  expect(await words(text)).toEqual([
    'Site: S',
    'Internal networks: 10.0.0.0/8; link-local and loopback always.',
    'TLS: asked for between all, but clear text is tolerated:',
    '  from A, group g at 10.0.0.0/8 to anyone, through 2027-01-01: R',
    'Certificates must not be signed by themselves.',
    'Group g: A.',
    'Group none: nobody.',
    'AE titles: 5 entries; a title not listed is not allowed.',
    '  A, B (two): at 10.0.0.1; listening on 104, 105; also calling as C; may use store, worklist and echo; may offer query and echo; with D, group g only',
    '  D: at any address; may use nothing but echo; with nobody only',
    '  F: at any address; may use and offer every service; of SOP classes CT Image Storage, 1.2.3; sending to A, group none when asked to move; asking clients for a user identity: jwt; with anyone',
    '  G: at any address; may use and offer every service; sending to nobody when asked to move; asking clients for any user identity; with thresholds bulk-retrieval objects 5; with anyone',
    '  E: at any address; may use nothing but echo; may offer store and echo; with anyone',
    'Further DICOM listeners: 10.0.0.9 port 2762.',
    'Severities: phi-cleartext is off, public-address is low; the others as documented.',
    'Expected tools:',
    '  nmap from 10.0.0.7 to anyone, through 2027-01-03: R3',
    '  any from anyone to anyone: R4',
    'Exceptions:',
    '  public-address from anyone to 192.0.2.1, through 2027-01-02: R2',
  ]);
});

it('of an empty list', async () => {
  expect(await words('version: 1\nae_titles: []')).toContain('AE titles: an empty list; nobody may call anybody.');
});

it('of a long one, cut with its number', async () => {
  const titles = Array.from({ length: 60 }, (_, i) => `{ title: A${i} }`).join(', ');
  const said = await words(`version: 1\nencryption: { tls: not-asked }\nae_titles: [${titles}]`);
  expect(said.at(-1)).toBe('  and 10 more');
  expect(said).toContain('TLS: not asked for; patient data in clear text is still a finding.');
});
