// Proves: a calling AE is judged by title, address, peer and role, with the reason as a field and a word; what the
// policy allows is quiet.
import { describe, expect, it } from 'vitest';
import { aeNotAllowed } from '../../src/detections/ae-not-allowed.ts';
import type { ObservedService } from '../../src/detections/detection.ts';
import { judge } from '../../src/detections/judge.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { association, policyOf, START, subject } from '../support/subject.ts';

const policy = await policyOf(`
version: 1
groups:
  scanners: [CT01, MR01]
ae_titles:
  - { title: CT01, addresses: 10.20.1.11, roles: { scu: [store, worklist] }, peers: [ARCHIVE] }
  - { title: MR01, addresses: [10.20.1.12, 10.20.2.0/24] }
  - { title: WS01, addresses: 10.20.8.1, roles: { scu: [query, retrieve] } }
  - { title: WS01, addresses: 10.20.8.2, roles: { scu: [echo] } }
  - title: ARCHIVE
    calls_as: ARCHIVE_OUT
    addresses: 10.20.5.10
    roles: { scu: [commitment], scp: [store, query, retrieve] }
    peers: [{ group: scanners }, WS01]
  - { title: 'M\\xDCLLER', addresses: 10.20.1.20 }
  - { title: STRANGER, addresses: 10.20.1.30 }
`);

const scu = (...services: string[]): ObservedService[] => services.map((service) => ({ service, role: 'client-scu' }));
const scp = (...services: string[]): ObservedService[] => services.map((service) => ({ service, role: 'client-scp' }));

describe('fires', () => {
  it.each([
    ['unknown-title', { callingAe: 'NOBODY' }, 'the policy does not know NOBODY'],
    ['unknown-title', { callingAe: 'ct01' }, 'the policy does not know ct01'],
    ['unknown-title', { callingAe: '' }, 'the policy does not know (empty AE title)'],
    ['wrong-address', { clientAddress: '10.20.1.99' }, 'the policy does not give CT01 the address 10.20.1.99'],
    ['wrong-peer', { calledAe: 'WS01', serverAddress: '10.20.8.1' }, 'the policy does not let CT01 meet WS01'],
    [
      'wrong-peer',
      { callingAe: 'STRANGER', clientAddress: '10.20.1.30' },
      'the policy does not let STRANGER meet ARCHIVE',
    ],
  ])('with reason %s for %o', (reason, given, why) => {
    const opinion = aeNotAllowed.judge(subject(association(given)), policy);
    expect(opinion).toMatchObject({ severity: 'high', time: START, evidence: { reason } });
    expect(opinion?.summary).toContain(`Calling AE not allowed (${reason}): ${why};`);
    expect(opinion?.key[0]).toBe(reason);
  });

  it.each([
    ['query SCU', scu('store', 'query')],
    ['store SCP', scp('store')],
    ['query SCU and retrieve SCU', scu('retrieve', 'query')],
  ])('with reason wrong-role as %s', (role, services) => {
    const opinion = aeNotAllowed.judge(subject(association(), null, services), policy);
    expect(opinion?.summary).toBe(
      `Calling AE not allowed (wrong-role): the policy does not let CT01 be ${role}; ` +
        'CT01 (10.20.1.11) called ARCHIVE (10.20.5.10:104), which accepted.',
    );
    expect(opinion?.key).toEqual(['wrong-role', 'CT01', '10.20.1.11', '10.20.5.10:104']);
  });

  it('at the packet where the role was first taken, if known', () => {
    const first = { time: START + 7, packet: { capture: 'capture-1', frame: 12 } };
    const services: ObservedService[] = [{ service: 'query', role: 'client-scu', first }];
    expect(aeNotAllowed.judge(subject(association(), null, services), policy)).toMatchObject(first);
  });

  it('by the rights of the title at that address, where it has others elsewhere', () => {
    const ws = (clientAddress: string) => association({ callingAe: 'WS01', clientAddress });
    expect(aeNotAllowed.judge(subject(ws('10.20.8.1'), null, scu('query')), policy)).toBeNull();
    expect(aeNotAllowed.judge(subject(ws('10.20.8.2'), null, scu('query')), policy)).toHaveProperty(
      'evidence.reason',
      'wrong-role',
    );
  });

  it('as medium when rejected or not answered', () => {
    for (const accepted of [false, null]) {
      const given = association({ callingAe: 'NOBODY', accepted });
      expect(aeNotAllowed.judge(subject(given), policy)?.severity).toBe('medium');
    }
  });

  it('over TLS that can be read too', () => {
    expect(aeNotAllowed.judge(subject(association({ callingAe: 'NOBODY', tls: true })), policy)).not.toBeNull();
  });

  it('keeps its reason when roles show later', () => {
    const given = association({ calledAe: 'WS01', serverAddress: '10.20.8.1' });
    const before = aeNotAllowed.judge(subject(given), policy);
    const after = aeNotAllowed.judge(subject(given, null, scu('query')), policy);
    expect(after?.key).toEqual(before?.key);
  });
});

describe('stays silent', () => {
  it.each([
    ['for an allowed role', association(), scu('store', 'worklist')],
    ['for echo, which every title may', association(), scu('echo')],
    ['for services no policy can name', association(), scu('other')],
    ['within a network of the title', association({ callingAe: 'MR01', clientAddress: '10.20.2.77' }), scu('print')],
    [
      'for the title a PACS sends under',
      association({
        callingAe: 'ARCHIVE_OUT',
        clientAddress: '10.20.5.10',
        calledAe: 'WS01',
        serverAddress: '10.20.8.1',
      }),
      scu('store'),
    ],
    [
      'for a store within a C-GET',
      association({ callingAe: 'WS01', clientAddress: '10.20.8.1' }),
      [...scu('retrieve'), ...scp('store')],
    ],
    [
      'for a title written with its bytes',
      association({
        callingAe: 'M\\xDCLLER',
        clientAddress: '10.20.1.20',
        calledAe: 'MR01',
        serverAddress: '10.20.1.12',
      }),
      [],
    ],
  ])('%s', (_, given, services) => {
    expect(aeNotAllowed.judge(subject(given, null, services), policy)).toBeNull();
  });

  it('without a list of AE titles', async () => {
    const unknown = subject(association({ callingAe: 'NOBODY' }));
    expect(aeNotAllowed.judge(unknown, withoutPolicy)).toBeNull();
    expect(aeNotAllowed.judge(unknown, await policyOf('version: 1'))).toBeNull();
  });
});

describe('with loss', () => {
  it('proves nothing where the request was not seen', () => {
    const joined = association({ midStream: true, accepted: null, callingAe: null, calledAe: null });
    expect(aeNotAllowed.judge(subject(joined, null, scu('print')), policy)).toBeNull();
  });

  it('says that it saw only a part', () => {
    const cut = association({ callingAe: 'NOBODY', accepted: null, complete: false, incomplete: ['cut'] });
    const finding = judge(subject(cut), policy).find(({ detection }) => detection === 'ae-not-allowed');
    expect(finding).toMatchObject({ severity: 'medium', partial: true });
    expect(finding?.summary).toContain('which did not answer. Seen only in part (the end was not seen)');
  });
});
