// Proves: the compiled policy answers about networks, endpoints, titles, tolerances and exceptions as the file says;
// 100,000 titles cost a lookup.
import { describe, expect, it } from 'vitest';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { parsePolicy } from '../../src/policy/parse.ts';
import type { Ends } from '../../src/policy/policy.ts';
import { policyOf, START } from '../support/subject.ts';

const ends = (given: Partial<Ends> = {}): Ends => ({
  clientAddress: '10.20.1.11',
  serverAddress: '10.20.5.10',
  callingAe: 'CT01',
  calledAe: 'ARCHIVE',
  ...given,
});

describe('without a policy', () => {
  it('assumes private networks and says nothing else', () => {
    expect(withoutPolicy).toMatchObject({ digest: null, internalAssumed: true, tlsAsked: false, listsAeTitles: false });
    expect(withoutPolicy.isInternal('10.1.2.3')).toBe(true);
    expect(withoutPolicy.isInternal('8.8.8.8')).toBe(false);
    expect(withoutPolicy.isInternal('no address')).toBe(false);
    expect(withoutPolicy.isDicomListener('10.1.2.3', 104)).toBe(false);
    expect(withoutPolicy.callers('CT01')).toEqual([]);
    expect(withoutPolicy.tolerance(ends(), START)).toBeNull();
    expect(withoutPolicy.exception('phi-cleartext', ends(), START)).toBeNull();
    expect(withoutPolicy.severity('phi-cleartext')).toBeNull();
    expect(withoutPolicy.thresholds['ae-guessing']).toEqual({ rejections: 10, titles: 5, window_minutes: 10 });
  });

  it('answers alike after more addresses than it remembers', () => {
    for (let i = 0; i < 70_000; i++) withoutPolicy.isInternal(`9.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
    expect(withoutPolicy.isInternal('10.1.2.3')).toBe(true);
    expect(withoutPolicy.isInternal('9.0.0.1')).toBe(false);
  });
});

describe('endpoints', () => {
  it('are those of titles with ports, and further listeners', async () => {
    const policy = await policyOf(`
version: 1
ae_titles:
  - { title: A, addresses: [10.0.0.1, 10.1.0.0/24], ports: [104, 2762] }
  - { title: B, addresses: 10.0.0.2 }
  - { title: C, ports: 11112 }
listeners: [{ address: "fd00::/64", port: 2761 }]`);
    expect(policy.isDicomListener('10.0.0.1', 2762)).toBe(true);
    expect(policy.isDicomListener('10.1.0.77', 104)).toBe(true);
    expect(policy.isDicomListener('fd00::5', 2761)).toBe(true);
    expect(policy.isDicomListener('10.0.0.1', 2761)).toBe(false);
    expect(policy.isDicomListener('10.0.0.2', 104)).toBe(false);
    expect(policy.isDicomListener('10.0.0.3', 11_112)).toBe(false);
  });
});

describe('titles', () => {
  it('call and answer as written, in every entry that has them', async () => {
    const policy = await policyOf(`
version: 1
ae_titles:
  - { title: [A, B], calls_as: C }
  - { title: A, addresses: 10.0.0.1 }
  - { title: C }`);
    const counts = (title: string) => [policy.callers(title).length, policy.answerers(title).length];
    expect(['A', 'B', 'C', 'a', 'constructor'].map(counts)).toEqual([
      [2, 2],
      [1, 1],
      [2, 1],
      [0, 0],
      [0, 0],
    ]);
  });

  it('bring the roles that others imply', async () => {
    const policy = await policyOf(
      'version: 1\nae_titles: [{ title: A, roles: { scu: [retrieve] } }, { title: B, roles: { scp: [retrieve] } }]',
    );
    const rolesOf = (title: string) =>
      policy.callers(title).map(({ roles }) => [[...(roles?.scu ?? [])].sort(), [...(roles?.scp ?? [])].sort()]);
    expect(rolesOf('A')).toEqual([
      [
        ['echo', 'retrieve'],
        ['echo', 'store'],
      ],
    ]);
    expect(rolesOf('B')).toEqual([
      [
        ['echo', 'store'],
        ['echo', 'retrieve'],
      ],
    ]);
  });

  it('may meet the titles their peers call as, and all of a group', async () => {
    const policy = await policyOf(`
version: 1
groups: { viewers: [V1, V2] }
ae_titles:
  - { title: A, peers: [PACS, { group: viewers }] }
  - { title: PACS, calls_as: PACS_OUT }`);
    expect([...(policy.callers('A')[0]?.peers ?? [])]).toEqual(['PACS', 'PACS_OUT', 'V1', 'V2']);
  });

  it('by the hundred thousand load and are found', async () => {
    let text = 'version: 1\nae_table: |\n  title, addresses, ports, scu, peers\n';
    for (let i = 0; i < 100_000; i++) {
      text += `  AE${i}, 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}, 104, store; worklist, AE0\n`;
    }
    const { policy, warnings } = await parsePolicy(text, START);
    expect(warnings).toEqual([]);
    expect(policy?.callers('AE99999')).toHaveLength(1);
    expect(policy?.isDicomListener('10.1.134.159', 104)).toBe(true);
    expect(policy?.isDicomListener('10.1.134.160', 104)).toBe(false);
  });
});

describe('tolerance', () => {
  const policy = policyOf(`
version: 1
groups: { scanners: [CT01, MR01] }
ae_titles:
  - { title: CT01, addresses: 10.20.1.11 }
  - { title: MR01 }
  - { title: ARCHIVE, addresses: 10.20.5.10, calls_as: ARCHIVE_OUT }
encryption:
  cleartext_tolerated:
    - { clients: [{ group: scanners }], servers: [ARCHIVE], until: 2026-03-01, reason: "first.\\n  line two." }
    - { clients: [ARCHIVE], servers: [{ address: 203.0.113.0/24 }], until: 2026-03-01, reason: partner }
    - { clients: [{ ae_title: US01, address: 10.20.1.0/24 }], until: 2026-03-01, reason: ultrasound }
`);

  it.each([
    ['a title of the group at its address', {}, 0],
    ['a title that may be anywhere', { callingAe: 'MR01', clientAddress: '10.20.1.99' }, 0],
    ['an association joined in the middle, by addresses', { callingAe: null, calledAe: null }, 0],
    [
      'a title under which the device calls, to a named address outside',
      { callingAe: 'ARCHIVE_OUT', calledAe: 'X', clientAddress: '10.20.5.10', serverAddress: '203.0.113.4' },
      1,
    ],
    ['a title with an address', { callingAe: 'US01', clientAddress: '10.20.1.5', calledAe: 'Y' }, 2],
  ])('covers %s', async (_, given, index) => {
    expect((await policy).tolerance(ends(given), START)?.index).toBe(index);
  });

  it.each([
    ['a title away from its address: it is only a claim', { clientAddress: '10.20.1.12' }],
    ['another title', { callingAe: 'CT02' }],
    ['another server', { calledAe: 'OTHER' }],
    ['a server that claims the title elsewhere', { serverAddress: '10.20.5.11' }],
    ['an end outside that is not named by address', { callingAe: 'MR01', clientAddress: '198.51.100.1' }],
    [
      'anyone outside where the other end is left out',
      { callingAe: 'US01', clientAddress: '10.20.1.5', serverAddress: '198.51.100.1' },
    ],
    [
      'an address outside the network given with the title',
      { callingAe: 'US01', clientAddress: '10.20.2.5', calledAe: 'Y' },
    ],
    [
      'an association joined in the middle at other addresses',
      { callingAe: null, calledAe: null, clientAddress: '10.20.1.12' },
    ],
  ])('does not cover %s', async (_, given) => {
    expect((await policy).tolerance(ends(given), START)).toBeNull();
  });

  it('ends with its day, and gives its reason as one line', async () => {
    const midnight = Date.UTC(2026, 2, 2) * 1000;
    expect((await policy).tolerance(ends(), midnight - 1)).toMatchObject({
      until: midnight,
      untilText: '2026-03-01',
      reason: 'first. line two',
    });
    expect((await policy).tolerance(ends(), midnight)).toBeNull();
  });
});

describe('exceptions', () => {
  it('match a title wherever it is, for their detection only', async () => {
    const policy = await policyOf(`
version: 1
ae_titles: [{ title: CT01, addresses: 10.20.1.11 }]
exceptions: [{ detection: ae-not-allowed, clients: [CT01], until: 2026-03-01, reason: moving }]`);
    const elsewhere = ends({ clientAddress: '10.99.0.1' });
    expect(policy.exception('ae-not-allowed', elsewhere, START)?.reason).toBe('moving');
    expect(policy.exception('called-ae-unknown', elsewhere, START)).toBeNull();
    expect(policy.exception('ae-not-allowed', ends({ callingAe: 'X' }), START)).toBeNull();
  });
});

describe('what a server asks of others', () => {
  const policy = policyOf(`
version: 1
groups: { backups: [BACKUP] }
ae_titles:
  - { title: ARCHIVE, addresses: 10.20.5.10, move_destinations: [WS01, { group: backups }, ELSEWHERE], identity: [jwt, saml] }
  - { title: ARCHIVE, addresses: 10.20.5.11 }
  - { title: WS01, addresses: 10.20.8.1, identity: any }
  - { title: [BACKUP, BACKUP2], addresses: 10.20.5.30, thresholds: { bulk-retrieval: { objects: 900000 } } }
  - { title: CT01, addresses: 10.20.1.11 }
thresholds: { bulk-retrieval: { patients: 70 } }`);

  it.each<[string, Partial<Ends>, string]>([
    ['WS01', {}, 'known'],
    ['BACKUP', {}, 'known'],
    ['ELSEWHERE', {}, 'known'],
    ['CT01', {}, 'not-listed'],
    ['BACKUP2', {}, 'not-listed'],
    ['NOBODY', {}, 'unknown'],
    ['CT01', { serverAddress: '10.20.5.11' }, 'known'],
    ['ELSEWHERE', { serverAddress: '10.20.5.11' }, 'unknown'],
    ['CT01', { calledAe: null }, 'known'],
  ])('as a destination: %s of %j is %s', async (destination, given, expected) => {
    expect((await policy).moveDestination(ends(given), destination)).toBe(expected);
  });

  it('as an identity, of its kinds', async () => {
    const { asksIdentity } = await policy;
    expect(asksIdentity).toBe(true);
    expect(withoutPolicy.asksIdentity).toBe(false);
    expect([...((await policy).identityAsked('ARCHIVE', '10.20.5.10') ?? [])]).toEqual(['jwt', 'saml']);
    expect((await policy).identityAsked('WS01', '10.20.8.1')?.size).toBe(5);
    expect((await policy).identityAsked('ARCHIVE', '10.20.5.11')).toBeNull();
    expect((await policy).identityAsked(null, '10.20.5.10')?.has('jwt')).toBe(true);
    expect((await policy).identityAsked(null, '10.20.5.99')).toBeNull();
  });

  it('is more of one device than of the site', async () => {
    const { thresholds } = await policy;
    expect(thresholds['bulk-retrieval']).toEqual({ patients: 70, objects: 10_000, window_minutes: 60 });
    const own = { patients: 70, objects: 900_000, window_minutes: 60 };
    expect((await policy).thresholdsOf('BACKUP2', '10.20.5.30')['bulk-retrieval']).toEqual(own);
    expect((await policy).thresholdsOf(null, '10.20.5.30')['bulk-retrieval']).toEqual(own);
    expect((await policy).thresholdsOf('BACKUP', '10.20.5.31')).toBe(thresholds);
    expect((await policy).thresholdsOf('CT01', '10.20.1.11')).toBe(thresholds);
    expect(withoutPolicy.thresholdsOf(null, '10.20.5.30')).toBe(withoutPolicy.thresholds);
  });
});

describe('expected tools', () => {
  it('are expected where they are written, until their date, and forever without one', async () => {
    const policy = await policyOf(`
version: 1
ae_titles: [{ title: ECHOSCU, addresses: 10.20.7.7 }]
tools:
  - { tool: nmap, clients: [{ address: 10.20.7.0/24 }], until: 2026-03-01, reason: the scan of March }
  - { tool: dcmtk, clients: [ECHOSCU], reason: monitoring }
  - { clients: [{ address: 10.20.9.9 }], reason: the laboratory }`);
    const from = (clientAddress: string, callingAe = 'X') => ends({ clientAddress, callingAe });
    expect(policy.expectedTool('nmap', from('10.20.7.1'), START)).toMatchObject({ index: 0, tool: 'nmap' });
    expect(policy.expectedTool('nmap', from('10.20.7.1'), START + 86_400e6)).toBeNull();
    expect(policy.expectedTool('dcmtk', from('10.20.7.1'), START)).toBeNull();
    expect(policy.expectedTool('dcmtk', from('10.20.7.7', 'ECHOSCU'), START * 2)?.reason).toBe('monitoring');
    expect(policy.expectedTool('dcmtk', from('10.20.7.8', 'ECHOSCU'), START)).toBeNull();
    expect(policy.expectedTool('masscan', from('10.20.9.9'), START)).toMatchObject({ index: 2, tool: null });
  });
});
