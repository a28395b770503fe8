// Proves: what holds between two ends is the first of the file that a plain reading of it finds, and few are looked at.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aeDirectory } from '../../src/policy/ae-directory.ts';
import { Allowances } from '../../src/policy/allowances.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import type { AeContent, ExceptionContent, PartyContent, PolicyContent } from '../../src/policy/content.ts';
import { compileParties } from '../../src/policy/parties.ts';
import type { Ends } from '../../src/policy/policy.ts';
import { START } from '../support/subject.ts';

const titles = ['A', 'B', 'C', 'D'];
const addresses = ['10.0.0.1', '10.0.0.2', '10.0.1.1', '192.0.2.1'];
const networks = [...addresses, '10.0.0.0/24', '10.0.0.0/8', '0.0.0.0/0'];

const title = fc.constantFrom(...titles);
const party: fc.Arbitrary<PartyContent> = fc.oneof(
  title,
  fc.record({ ae_title: title, address: fc.constantFrom(...networks) }),
  fc.record({ group: fc.constantFrom('g', 'h') }),
  fc.record({ group: fc.constantFrom('g', 'h'), address: fc.constantFrom(...networks) }),
  fc.record({ address: fc.constantFrom(...networks) }),
);
const parties = fc.option(fc.array(party, { minLength: 1, maxLength: 3 }), { nil: undefined });
const allowance = fc.record({
  clients: parties,
  servers: parties,
  until: fc.constantFrom('2026-02-28', '2026-03-01', '2099-12-31'),
  reason: fc.constant('x'),
});
const entry: fc.Arbitrary<AeContent> = fc.record({
  title: fc.oneof(title, fc.array(title, { minLength: 1, maxLength: 2 })),
  calls_as: fc.option(title, { nil: undefined }),
  addresses: fc.option(fc.constantFrom(...networks), { nil: undefined }),
});
const content: fc.Arbitrary<PolicyContent> = fc.record({
  version: fc.constant(1 as const),
  networks: fc.constant({ internal: ['10.0.0.0/8'] }),
  groups: fc.record({ g: fc.uniqueArray(title), h: fc.uniqueArray(title) }),
  ae_titles: fc.array(entry, { maxLength: 4 }),
  encryption: fc.record({ cleartext_tolerated: fc.array(allowance, { maxLength: 6 }) }),
  exceptions: fc.array(
    allowance.map((each): ExceptionContent => ({ ...each, detection: 'ae-not-allowed' })),
    { maxLength: 6 },
  ),
});
const ends: fc.Arbitrary<Ends> = fc.record({
  clientAddress: fc.constantFrom(...addresses),
  serverAddress: fc.constantFrom(...addresses),
  callingAe: fc.option(fc.constantFrom(...titles, 'X')),
  calledAe: fc.option(fc.constantFrom(...titles, 'X')),
});

/** The rules of docs/policy.md, read one by one. */
function naive(policy: PolicyContent, kind: 'tolerance' | 'exception', given: Ends): number | null {
  const list = kind === 'tolerance' ? (policy.encryption?.cleartext_tolerated ?? []) : (policy.exceptions ?? []);
  const at = list.findIndex(
    ({ clients, servers, until }) =>
      until !== '2026-02-28' &&
      endHolds(clients, given.callingAe, given.clientAddress, true) &&
      endHolds(servers, given.calledAe, given.serverAddress, false),
  );
  return at < 0 ? null : at;

  function endHolds(
    some: readonly PartyContent[] | undefined,
    seen: string | null,
    address: string,
    calls: boolean,
  ): boolean {
    const outside = !inside('10.0.0.0/8', address);
    const mustName = kind === 'tolerance' && outside;
    if (some === undefined) return !mustName;
    return some.some((each) => {
      const { ae_title, group, address: network } = typeof each === 'string' ? { ae_title: each } : { ...each };
      if (network === undefined ? mustName : !inside(network, address)) return false;
      if (ae_title === undefined && group === undefined) return true;
      const named = ae_title === undefined ? (policy.groups?.[group ?? ''] ?? []) : [ae_title];
      const meant = named.flatMap((one) => [one, ...callsAs(one)]);
      if (seen === null)
        return meant.some((one) => placesOf(one, calls).some((where) => where !== undefined && inside(where, address)));
      if (!meant.includes(seen)) return false;
      if (kind === 'exception' || network !== undefined) return true;
      const where = placesOf(seen, calls);
      return where.length === 0 || where.some((one) => one === undefined || inside(one, address));
    });
  }

  function callsAs(one: string): string[] {
    return entriesOf().flatMap((each) => (listOf(each.title).includes(one) ? listOf(each.calls_as) : []));
  }

  /** Where each entry of a title puts it: undefined is anywhere. */
  function placesOf(one: string, calls: boolean): (string | undefined)[] {
    return entriesOf()
      .filter((each) => listOf(each.title).includes(one) || (calls && listOf(each.calls_as).includes(one)))
      .map((each) => each.addresses as string | undefined);
  }

  function entriesOf(): readonly AeContent[] {
    return policy.ae_titles ?? [];
  }
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

/** IPv4, by its bits as text. */
function inside(network: string, address: string): boolean {
  const [text, prefix = '32'] = network.split('/');
  const bits = (dotted: string) =>
    dotted
      .split('.')
      .map((byte) => Number(byte).toString(2).padStart(8, '0'))
      .join('');
  return bits(text).slice(0, Number(prefix)) === bits(address).slice(0, Number(prefix));
}

describe('what holds between two ends', () => {
  it('is what a plain reading finds', () => {
    fc.assert(
      fc.property(content, ends, (policy, given) => {
        const compiled = compilePolicy(policy, null);
        expect(compiled.tolerance(given, START)?.index ?? null).toBe(naive(policy, 'tolerance', given));
        expect(compiled.exception('ae-not-allowed', given, START)?.index ?? null).toBe(
          naive(policy, 'exception', given),
        );
      }),
      { seed: 20_261_122, numRuns: 2000 },
    );
  });
});

describe('of ten thousand', () => {
  const must = { clientByAddress: false, serverByAddress: false, titleAtItsAddress: true };
  const directory = aeDirectory(
    Array.from({ length: 10_000 }, (_, i) => ({ title: `CT${i}`, addresses: `10.1.${i >> 8}.${i & 255}` })),
    {},
  );
  const pairs = new Allowances(
    Array.from({ length: 10_000 }, (_, i) => ({
      index: i,
      until: START + 1,
      parties: compileParties({ clients: [`CT${i}`], servers: ['ARCHIVE'] }, directory),
      said: i,
    })),
    directory,
  );
  const between = (given: Partial<Ends>): Ends => ({
    clientAddress: '10.1.3.5',
    serverAddress: '10.0.0.1',
    callingAe: 'CT773',
    calledAe: 'ARCHIVE',
    ...given,
  });

  it.each<[string, Partial<Ends>, number | null]>([
    ['a pair', {}, 773],
    ['a pair whose titles were not seen', { callingAe: null }, 773],
    ['a stranger', { callingAe: 'X' }, null],
    ['a stranger without a title', { callingAe: null, clientAddress: '10.9.9.9' }, null],
  ])('at most one is looked at for %s', (_, given, expected) => {
    let looked = 0;
    const found = pairs.find(between(given), START, must, () => {
      looked++;
      return true;
    });
    expect(found).toBe(expected);
    expect(looked).toBeLessThanOrEqual(1);
  });
});
