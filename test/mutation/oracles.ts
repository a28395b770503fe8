import type { ConnectionRecord, FindingRecord } from '../../src/model/records.ts';
import type { Replayed } from '../support/replay.ts';

/**
 * The records of a replay as lines, without times, packets, VLANs, tunnels and ids; `marks`: nor what says how whole
 * they are.
 */
export function told(replayed: Replayed, marks: 'with' | 'without', only?: (record: ConnectionRecord) => boolean) {
  const kept = new Set(replayed.tcp.filter((one) => only?.(one) ?? true).map(({ id }) => id));
  const names = namesOf(replayed);
  const line = (record: object): string =>
    JSON.stringify(record, (name, value) => {
      if (unstable.has(name) || (marks === 'without' && markNames.has(name))) return undefined;
      return typeof value === 'string' ? (names.get(value) ?? value) : value;
    });
  const of = <T extends object>(list: readonly T[], id: (record: T) => string): string[] =>
    list
      .filter((record) => kept.has(id(record)))
      .map(line)
      .sort();
  const byConnection = <T extends { readonly connectionId: string }>(list: readonly T[]) =>
    of(list, ({ connectionId }) => connectionId);
  return {
    tcp: of(replayed.tcp, ({ id }) => id),
    associations: byConnection(replayed.associations),
    operations: byConnection(replayed.operations),
    exposures: byConnection(replayed.exposures),
    endpoints: byConnection(replayed.endpoints),
    tlsSessions: byConnection(replayed.tlsSessions),
    findings: byConnection(replayed.findings.filter(comparable)),
  };

  /** What is found across connections counts all of them; what rests on silence is not said of what is marked. */
  function comparable({ associationId, detection }: FindingRecord): boolean {
    if (only !== undefined && associationId === null) return false;
    return marks === 'with' || !restingOnSilence.has(detection);
  }
}

/** A replay without what it says of an evasion, where there was one. */
export function withoutEvasion(replayed: Replayed): Replayed {
  return { ...replayed, findings: replayed.findings.filter(({ detection }) => detection !== 'evasion-suspected') };
}

const restingOnSilence: ReadonlySet<string> = new Set(['association-idle', 'scanner-fingerprint']);

/** Lines that one telling has and the other has not. */
export function differences(one: ReturnType<typeof told>, other: ReturnType<typeof told>): string[] {
  const names = Object.keys(one) as (keyof typeof one)[];
  return names.flatMap((name) => [
    ...one[name].filter((line) => !other[name].includes(line)).map((line) => `${name} has ${line}`),
    ...other[name].filter((line) => !one[name].includes(line)).map((line) => `${name} lacks ${line}`),
    ...(one[name].length === other[name].length ? [] : [`${name}: ${one[name].length} for ${other[name].length}`]),
  ]);
}

const unstable: ReadonlySet<string> = new Set([
  'id',
  'start',
  'end',
  'time',
  'durationMicros',
  'firstSeen',
  'lastSeen',
  'patientDataTime',
  'patientDataCapture',
  'patientDataFrame',
  'capture',
  'frame',
  'firstCapture',
  'firstFrame',
  'lastCapture',
  'lastFrame',
  'vlan',
  'tunnel',
  'clientMac',
  'serverMac',
]);
const markNames: ReadonlySet<string> = new Set(['complete', 'incomplete', 'partial', 'summary']);

/** Ids by what they stand for: ends and ordinals. */
function namesOf({ tcp, associations }: Replayed): Map<string, string> {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  for (const one of [...tcp].sort((a, b) => a.start - b.start)) {
    const ends = `${one.clientAddress} ${one.clientPort} ${one.serverAddress} ${one.serverPort}`;
    const ordinal = (seen.get(ends) ?? 0) + 1;
    seen.set(ends, ordinal);
    names.set(one.id, `${ends} ${ordinal}`);
  }
  for (const one of associations) names.set(one.id, `${names.get(one.connectionId)} ${one.ordinal}`);
  return names;
}

/** What a replay tells that the clean one does not: associations, operations, attributes, identifiers, findings. */
export function phantoms(replayed: Replayed, clean: Replayed): string[] {
  const all = claimsOf(clean);
  const made = [...claimsOf(replayed)].filter(([claim, count]) => count > (all.get(claim) ?? 0));
  const identifiers = [...replayed.hashes].filter((hash) => !clean.hashes.has(hash));
  return [...made.map(([claim]) => claim), ...identifiers.map((hash) => `identifier ${hash}`)];
}

/** What a replay claims, to how often. */
function claimsOf({ associations, operations, exposures, endpoints, findings, tlsSessions }: Replayed) {
  const claims = new Map<string, number>();
  const claim = (...words: unknown[]): void => {
    const text = words.join(' ');
    claims.set(text, (claims.get(text) ?? 0) + 1);
  };
  const ends = new Map(associations.map((one) => [one.id, endsOf(one)]));
  for (const one of associations) {
    claim('association', endsOf(one));
    if (one.callingAe !== null) claim('calling', endsOf(one), one.callingAe);
    if (one.calledAe !== null) claim('called', endsOf(one), one.calledAe);
    if (one.rejectReason !== null) claim('rejected', endsOf(one), one.rejectReason);
    if (one.abortSource !== null) claim('aborted', endsOf(one), one.abortSource);
    if (one.outcome === 'released') claim('released', endsOf(one));
    if (one.identityType !== null) claim('identity', endsOf(one), one.identityType);
    for (const { id, abstractSyntax } of one.contexts) {
      if (abstractSyntax !== null) claim('context', endsOf(one), id, abstractSyntax);
    }
  }
  for (const one of operations) {
    const at = ends.get(one.associationId);
    // An answer alone, whose request was not seen or came too late to be told for its own, is an operation that says
    // so.
    const alone = one.incomplete.includes('mid-stream');
    const say = (...words: unknown[]): void => {
      claims.set(`some ${words.join(' ')}`, 1);
      if (!alone) claim(...words);
    };
    if (one.command === 'unknown') continue;
    say('operation', at, one.command);
    if (one.messageId !== null) say('message', at, one.command, one.messageId);
    if (one.sopClass !== null) say('sop class', at, one.command, one.sopClass);
    // A part may end before the last answer.
    if (one.status !== null && one.statusKind !== 'pending') say('status', at, one.command, one.messageId, one.status);
  }
  for (const { associationId, attributes } of exposures) {
    for (const { attribute, count } of attributes) {
      const text = `attribute ${ends.get(associationId)} ${attribute}`;
      claims.set(text, (claims.get(text) ?? 0) + count);
    }
  }
  for (const { aeTitle } of endpoints) claims.set(`title ${aeTitle}`, 1);
  for (const { detection, associationId } of findings) claim('finding', ends.get(associationId ?? ''), detection);
  for (const one of tlsSessions) {
    claim('tls', [one.clientPort, one.serverPort].sort());
    if (one.version !== null) claim('tls', one.version, one.cipherSuite);
  }
  return claims;
}

/** Of a part it may not be known who is the client. */
function endsOf(one: { clientAddress: string; clientPort: number; serverAddress: string; serverPort: number }): string {
  return [`${one.clientAddress}:${one.clientPort}`, `${one.serverAddress}:${one.serverPort}`].sort().join(' ');
}

/** Bytes of a direction, seen or known to be missing, beyond those of the clean capture. */
export function extended(replayed: Replayed, clean: Replayed): string[] {
  const all = extentsOf(clean);
  return [...extentsOf(replayed)]
    .filter(([direction, bytes]) => bytes > (all.get(direction) ?? 0))
    .map(([direction, bytes]) => `${direction}: ${bytes} bytes of ${all.get(direction) ?? 0}`);
}

function extentsOf({ tcp }: Replayed): Map<string, number> {
  const extents = new Map<string, number>();
  for (const one of tcp) {
    const ends = [`${one.clientAddress}:${one.clientPort}`, `${one.serverAddress}:${one.serverPort}`];
    for (const [from, to, bytes] of [
      [ends[0], ends[1], one.clientBytes + one.clientMissed],
      [ends[1], ends[0], one.serverBytes + one.serverMissed],
    ] as const) {
      const direction = `${from} > ${to}`;
      extents.set(direction, (extents.get(direction) ?? 0) + bytes);
    }
  }
  return extents;
}
