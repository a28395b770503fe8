// Proves: what is allowed to be written but probably not meant is told with its line, and a sound policy has no
// warnings.
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/policy/parse.ts';
import { START } from '../support/subject.ts';

async function warnings(body: string): Promise<string[]> {
  const { policy, warnings } = await parsePolicy(`version: 1\n${body}\n`, START);
  expect(policy).not.toBeNull();
  return warnings.map(({ line, path, sentence }) => `${line} ${path}: ${sentence}`);
}

const tolerance = (until: string) => `encryption: { cleartext_tolerated: [{ until: ${until}, reason: x }] }`;

describe('warns of', () => {
  it.each([
    [
      'networks: { internal: [8.0.0.0/7] }',
      '2 networks.internal[0]: 8.0.0.0/7 overlaps public addresses: they would count as internal',
    ],
    [
      'networks: { internal: [10.0.0.0/7] }',
      '2 networks.internal[0]: 10.0.0.0/7 overlaps public addresses: they would count as internal',
    ],
    [
      'ae_titles: [{ title: SEVENTEEN_LETTERS }]',
      "2 ae_titles[0]: 'SEVENTEEN_LETTERS' is 17 bytes long: an AE title has at most 16",
    ],
    [
      'ae_titles: [{ title: Ct01 }]',
      "2 ae_titles[0]: 'Ct01' has lower-case letters: titles compare exactly, and most are upper-case",
    ],
    ['ae_titles: [{ title: A, peers: [B] }]', "2 ae_titles[0].peers[0]: no entry has the AE title 'B'"],
    ['ae_titles: [{ title: A }]\ngroups: { g: [A, B] }', "3 groups.g[1]: no entry has the AE title 'B'"],
    ['ae_table: |\n  title, peers\n  A, A; B', "4 ae_table[1].peers[1]: no entry has the AE title 'B'"],
    [
      'ae_titles: [{ title: A, ports: 104 }]',
      '2 ae_titles[0]: has ports but no addresses: TLS to it is not recognised as DICOM by them',
    ],
    [tolerance('2026-02-28'), '2 encryption.cleartext_tolerated[0]: this tolerance expired on 2026-02-28'],
    [
      'exceptions: [{ detection: phi-cleartext, until: 2025-01-01, reason: x }]',
      '2 exceptions[0]: this exception expired on 2025-01-01',
    ],
    ['tools: [{ until: 2026-02-28, reason: x }]', '2 tools[0]: this expected tool expired on 2026-02-28'],
    [
      'ae_titles: [{ title: A, move_destinations: [B] }]',
      "2 ae_titles[0].move_destinations[0]: no entry has the AE title 'B'",
    ],
  ])('%s', async (body, expected) => {
    expect(await warnings(body)).toEqual([expected]);
  });
});

describe('does not warn of', () => {
  it.each([
    'networks: { internal: [10.20.0.0/16, 192.168.1.1, fd00::/48, 100.64.0.0/10] }',
    'ae_titles: [{ title: SIXTEEN_LETTERS_ }, { title: "CT 01" }, { title: "A\\\\xe4B" }]',
    'ae_titles: [{ title: A, calls_as: A_OUT, peers: [A_OUT] }]',
    'groups: { g: [ANY] }',
    tolerance('2026-03-01'),
    'ae_titles: [{ title: A }]\nexceptions: [{ detection: ae-not-allowed, clients: [NOBODY], until: 2027-01-01, reason: x }]',
  ])('%s', async (body) => {
    expect(await warnings(body)).toEqual([]);
  });
});

it('says a hundred of one kind at most, and the other kinds too', async () => {
  const titles = Array.from({ length: 500 }, (_, i) => `{ title: a${i} }`).join(', ');
  const found = await warnings(`ae_titles: [${titles}]\n${tolerance('2020-01-01')}`);
  expect(found).toHaveLength(101);
});
