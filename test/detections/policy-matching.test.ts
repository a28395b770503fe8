// Proves that what a policy says of AE titles is judged as a plain reading of its file judges it, and that nothing
// vanishes uncounted.
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import { judgement } from '../../src/detections/judge.ts';
import type { AssociationRecord } from '../../src/model/records.ts';
import { AddressSet } from '../../src/policy/addresses.ts';
import { compilePolicy } from '../../src/policy/compile.ts';
import type { AeContent, MemberContent, PolicyContent, Service } from '../../src/policy/content.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { exposure, shown, storing, subject } from '../support/subject.ts';

const titles = ['A', 'B', 'C', 'D'];
const addresses = ['10.0.0.1', '10.0.0.2', '10.0.1.1'];
const services = ['store', 'query', 'retrieve', 'echo'] as const;

const title = fc.constantFrom(...titles);
const member: fc.Arbitrary<MemberContent> = fc.oneof(title, fc.constant({ group: 'g' }));
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const entry: fc.Arbitrary<AeContent> = fc.record({
  title: fc.array(title, { minLength: 1, maxLength: 2 }),
  calls_as: optional(title),
  addresses: optional(fc.array(fc.constantFrom(...addresses, '10.0.0.0/24'), { minLength: 1, maxLength: 2 })),
  ports: optional(fc.constantFrom(104, 105)),
  roles: optional(fc.record({ scu: optional(fc.subarray([...services])), scp: optional(fc.subarray([...services])) })),
  peers: optional(fc.array(member, { maxLength: 3 })),
});
const content: fc.Arbitrary<PolicyContent> = fc.record({
  version: fc.constant(1 as const),
  groups: fc.record({ g: fc.uniqueArray(title, { maxLength: 3 }) }),
  ae_titles: fc.array(entry, { maxLength: 5 }),
});
const observed = fc.uniqueArray(
  fc.record({
    service: fc.constantFrom(...services),
    role: fc.constantFrom('client-scu' as const, 'client-scp' as const),
  }),
  { maxLength: 3, selector: ({ service, role }) => `${service} ${role}` },
);
const record = fc
  .record({
    callingAe: fc.option(fc.constantFrom(...titles, 'X')),
    calledAe: fc.option(fc.constantFrom(...titles, 'X')),
    clientAddress: fc.constantFrom(...addresses),
    serverAddress: fc.constantFrom(...addresses),
    serverPort: fc.constantFrom(104, 105),
  })
  .map((given) => storing(given));

type Observed = { readonly service: Service; readonly role: 'client-scu' | 'client-scp' };

/** The reason of `ae-not-allowed`, read from the file alone. */
function plainDenial(policy: PolicyContent, seen: AssociationRecord, some: readonly Observed[]): string | null {
  const { callingAe, calledAe } = seen;
  if (callingAe === null) return null;
  const all = policy.ae_titles ?? [];
  const calls = all.filter((one) => namesOf(one.title).includes(callingAe) || one.calls_as === callingAe);
  if (calls.length === 0) return 'unknown-title';
  const here = calls.filter((one) => isAt(one, seen.clientAddress));
  if (here.length === 0) return 'wrong-address';
  const meeting = here.filter((one) => calledAe === null || meets(policy, one, calledAe));
  const called = all.filter(
    (one) => calledAe !== null && namesOf(one.title).includes(calledAe) && isAt(one, seen.serverAddress),
  );
  if (meeting.length === 0 || (called.length > 0 && !called.some((one) => meets(policy, one, callingAe))))
    return 'wrong-peer';
  return meeting.some((one) => some.every((each) => takes(one, each))) ? null : 'wrong-role';
}

function plainMismatch(
  policy: PolicyContent,
  { calledAe, serverAddress, serverPort }: AssociationRecord,
): string | null {
  if (calledAe === null) return null;
  const known = (policy.ae_titles ?? []).filter((one) => namesOf(one.title).includes(calledAe));
  if (known.length === 0) return 'unknown-title';
  const here = known.filter((one) => isAt(one, serverAddress));
  if (here.length === 0) return 'other-address';
  return here.some(({ ports }) => ports === undefined || ports === serverPort) ? null : 'other-port';
}

function namesOf(value: AeContent['title']): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function isAt({ addresses: some }: AeContent, address: string): boolean {
  if (some === undefined) return true;
  return (some as readonly string[]).some(
    (one) => one === address || (one === '10.0.0.0/24' && address.startsWith('10.0.0.')),
  );
}

/** A peer includes what it calls as. */
function meets(policy: PolicyContent, { peers }: AeContent, other: string): boolean {
  if (peers === undefined) return true;
  const named = peers.flatMap((peer) => (typeof peer === 'string' ? [peer] : (policy.groups?.[peer.group] ?? [])));
  const calling = (policy.ae_titles ?? []).filter((one) => namesOf(one.title).some((each) => named.includes(each)));
  return named.includes(other) || calling.some((one) => one.calls_as === other);
}

function takes({ roles }: AeContent, { service, role }: Observed): boolean {
  if (roles === undefined || service === 'echo') return true;
  const { scu = [], scp = [] } = roles;
  const some = role === 'client-scu' ? scu : scp;
  const follows = service === 'store' && (role === 'client-scu' ? scp : scu).includes('retrieve');
  return some.includes(service) || follows;
}

describe('AE titles', () => {
  it('are judged as a plain reading judges them', () => {
    const reached = new Set<string | null>();
    fc.assert(
      fc.property(content, record, observed, (policy, seen, some) => {
        const { findings } = judgement(subject(seen, null, some), compilePolicy(policy, null));
        const reason = (slug: string) =>
          findings.find(({ detection }) => detection === slug)?.evidence['reason'] ?? null;
        reached.add(plainDenial(policy, seen, some)).add(plainMismatch(policy, seen));
        expect(reason('ae-not-allowed')).toBe(plainDenial(policy, seen, some));
        expect(reason('called-ae-unknown')).toBe(plainMismatch(policy, seen));
      }),
      { seed: 20_261_122, numRuns: 2000 },
    );
    const all = ['unknown-title', 'wrong-address', 'wrong-peer', 'wrong-role', 'other-address', 'other-port', null];
    expect([...reached].sort()).toEqual(all.sort());
  });
});

describe('whatever a policy excepts, tolerates or turns off', () => {
  const until = fc.constantFrom('2026-02-01', '2099-12-31');
  const ends = { clients: optional(fc.array(title, { minLength: 1, maxLength: 2 })), until, reason: fc.constant('x') };
  const slugs = catalogue.map(({ slug }) => slug);
  const quieter = fc.record({
    encryption: fc.record({ cleartext_tolerated: fc.array(fc.record(ends), { maxLength: 2 }) }),
    severities: fc.dictionary(fc.constantFrom(...slugs), fc.constantFrom('off', 'low')) as fc.Arbitrary<
      NonNullable<PolicyContent['severities']>
    >,
    exceptions: fc.array(fc.record({ detection: fc.constantFrom(...slugs), ...ends }), { maxLength: 3 }),
  });

  it('is raised or counted, and nothing else is', () => {
    const attributes = exposure([shown()]);
    fc.assert(
      fc.property(content, quieter, record, observed, (policy, more, seen, some) => {
        const one = subject(seen, attributes, some);
        const ids = (settings: PolicyContent) => {
          const { findings, heldBack } = judgement(one, compilePolicy(settings, null));
          return { raised: findings.map(({ id }) => id), held: heldBack.map(({ findingId }) => findingId) };
        };
        const strict = ids(policy);
        const quiet = ids({ ...policy, ...more });
        expect(strict.held).toEqual([]);
        expect([...quiet.raised, ...quiet.held].sort()).toEqual([...strict.raised].sort());
      }),
      { seed: 20_261_122, numRuns: 1000 },
    );
  });
});

describe('the work of judging', () => {
  const policyOf = (count: number): PolicyContent => ({
    version: 1,
    ae_titles: Array.from({ length: count }, (_, i) => ({
      title: `CT${i}`,
      addresses: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
      ports: 104,
      peers: [`CT${i}`, `CT${(i + 1) % count}`],
      identity: i === 5 ? ('any' as const) : undefined,
    })),
    encryption: {
      cleartext_tolerated: Array.from({ length: Math.min(count, 1000) }, (_, i) => ({
        clients: [`CT${i}`],
        until: '2099-12-31',
        reason: 'x',
      })),
    },
  });

  const few = compilePolicy(policyOf(10), null);
  const many = compilePolicy(policyOf(100_000), null);

  /** Entries looked at for one association, whose titles may not have been seen. */
  function lookedAt(policy: Policy, given: Partial<AssociationRecord>): number {
    const includes = vi.spyOn(AddressSet.prototype, 'includes');
    judgement(subject(storing({ clientAddress: '10.0.0.7', serverAddress: '10.0.0.8', ...given })), policy);
    policy.identityAsked(given.calledAe ?? null, '10.0.0.8');
    policy.thresholdsOf(given.callingAe ?? null, '10.0.0.7');
    const { length } = includes.mock.calls;
    includes.mockRestore();
    return length;
  }

  it.each<[string, Partial<AssociationRecord>]>([
    ['known', { callingAe: 'CT7', calledAe: 'CT8' }],
    ['strange', { callingAe: 'X', calledAe: 'Y' }],
    ['not seen', { callingAe: null, calledAe: null, midStream: true }],
  ])('by titles that are %s is the same for ten and for a hundred thousand', (_, given) => {
    const looked = lookedAt(few, given);
    expect(looked).toBeLessThan(12);
    expect(lookedAt(many, given)).toBe(looked);
  });
});
