import type {
  AlertRecord,
  AssociationRecord,
  ConnectionRecord,
  ExposureRecord,
  FindingRecord,
  Incomplete,
  Micros,
  OperationRecord,
  PresentationContext,
  SeenIn,
  TlsSessionRecord,
} from '../model/records.ts';
import { sopClassName } from '../policy/sop-classes.ts';
import { transferSyntaxes } from '../protocols/dicom/tables/uids.ts';
import type { OperationCount } from '../store/by-id.ts';
import { type Verdict, verdictsOf } from './verdict.ts';

/** Everything the store has of what is told. */
export interface Material {
  readonly id: string;
  readonly connection: ConnectionRecord;
  /** Null for a connection without any. */
  readonly association: AssociationRecord | null;
  /** The first ones, the last ones, and the first that failed. */
  readonly operations: readonly OperationRecord[];
  /** All of them, counted. */
  readonly operationCounts: readonly OperationCount[];
  readonly exposure: ExposureRecord | null;
  readonly tlsSessions: readonly TlsSessionRecord[];
  readonly findings: readonly FindingRecord[];
  readonly alert: AlertRecord | null;
  /** Path of a capture, or the interface; null when it is not known any more. */
  readonly pathOf: (capture: string) => string | null;
}

/** One thing that happened, or was noticed. */
export interface Step {
  readonly time: Micros | null;
  readonly text: string;
  readonly packet: { readonly capture: string; readonly path: string | null; readonly frame: number } | null;
}

export interface Story {
  readonly id: string;
  readonly connectionId: string;
  readonly associationId: string | null;
  /** In one sentence. */
  readonly headline: string;
  readonly steps: readonly Step[];
  /** Names of attributes and counts, never values. */
  readonly shown: readonly string[];
  readonly looksLike: readonly Verdict[];
  readonly missing: readonly string[];
  readonly wireshark: { readonly filter: string; readonly communityId: string };
  readonly findings: readonly Pick<FindingRecord, 'id' | 'detection' | 'severity' | 'summary'>[];
  readonly next: readonly string[];
}

/** Contexts, operations and attributes told one by one: what is beyond is summed. */
const contextsMax = 12;
const attributesMax = 12;

export function storyOf(material: Material): Story {
  const { id, connection, association, findings, alert } = material;
  const operations = material.operations;
  const looksLike = association === null ? [] : verdictsOf({ association, operations, failed: failedOf(material) });
  const next = findings.map(({ evidence }) => evidence['next']).filter((text) => typeof text === 'string');
  return {
    id,
    connectionId: connection.id,
    associationId: association?.id ?? null,
    headline: headline(material),
    steps: stepsOf(material),
    shown: shownOf(material.exposure),
    looksLike,
    missing: missingOf(connection, association),
    wireshark: { filter: filterOf(connection), communityId: connection.communityId },
    findings: findings.map((one) => ({
      id: one.id,
      detection: one.detection,
      severity: one.severity,
      summary: one.summary,
    })),
    next: [...new Set([...next, ...(alert !== null && alert.count > 1 ? [alertWords(alert)] : [])])],
  };
}

function alertWords({ count, detection }: AlertRecord): string {
  return `This is one of ${count} findings of the alert: dicomtap findings --detection ${detection} lists them.`;
}

function failedOf({ operationCounts }: Material): number {
  return operationCounts.reduce((sum, { statusKind, count }) => sum + (statusKind === 'failure' ? count : 0), 0);
}

function headline({ connection, association }: Material): string {
  if (association === null) {
    return `${end(connection, 'client')} connected to ${end(connection, 'server')}: ${connection.protocol}.`;
  }
  const { callingAe, calledAe, outcome, outcomeDetail, patientData, tls } = association;
  const ends = `${named(callingAe)} (${end(association, 'client')}) and ${named(calledAe)} (${end(association, 'server')})`;
  const data = patientData
    ? `patient data${tls ? ' in TLS that does not encrypt' : ' in clear text'}`
    : 'no patient data seen';
  const detail = outcomeDetail === null ? '' : ` (${outcomeDetail})`;
  const day = new Date(Math.floor(association.start / 1000)).toISOString().slice(0, 10);
  return `An association of ${day} between ${ends}: ${amount(association.operations, 'operation')}, ${data}, ${outcome}${detail}.`;
}

function stepsOf(material: Material): Step[] {
  const { connection, association, tlsSessions } = material;
  const steps: Step[] = [connected(material)];
  for (const tls of tlsSessions) {
    const { version, cipherSuite, grade, gradeWhy } = tls;
    const how =
      version === null
        ? 'TLS began; the answer of the server was not seen'
        : `${version} with ${cipherSuite ?? 'a cipher suite not seen'}`;
    const words = `${how}${grade === null ? '' : `: ${grade}${gradeWhy === null ? '' : `, ${gradeWhy}`}`}.`;
    steps.push(step(material, tls.start, words, tls.firstCapture, tls.firstFrame));
  }
  if (association !== null) {
    steps.push(...negotiated(material, association));
    steps.push(...operated(material));
    steps.push(ended(material, association));
  } else steps.push(step(material, connection.end, closed(connection), connection.lastCapture, connection.lastFrame));
  return steps;
}

function connected(material: Material): Step {
  const { connection, association } = material;
  const ends = `${end(connection, 'client')} connected to ${end(connection, 'server')}`;
  const began =
    connection.began === 'mid-stream'
      ? `The capture begins in the middle of a connection between ${end(connection, 'client')} and ${end(connection, 'server')}.`
      : `${ends}${connection.began === 'syn-ack' ? ' (its first packet was not seen)' : ''}.`;
  const path = [...connection.tunnel, ...connection.vlan.map((vlan) => `VLAN ${vlan}`)];
  const through = path.length === 0 ? '' : ` Seen in ${path.join(', ')}.`;
  const ordinal =
    association !== null && association.ordinal > 1 ? ` It is association ${association.ordinal} of it.` : '';
  return step(material, connection.start, began + through + ordinal, connection.firstCapture, connection.firstFrame);
}

function negotiated(material: Material, association: AssociationRecord): Step[] {
  const { midStream, callingAe, calledAe, contexts, start, firstCapture, firstFrame, accepted } = association;
  if (midStream)
    return [
      step(material, start, 'It was under way already: what was agreed on was not seen.', firstCapture, firstFrame),
    ];
  const user = association.identityType === null ? '' : ` It named a user (${association.identityType}).`;
  const asked = `${named(callingAe)} asked ${named(calledAe)} for ${amount(contexts.length, 'service')}.${user}`;
  const steps = [step(material, start, asked, firstCapture, firstFrame)];
  if (accepted === null) steps.push(remark('No answer was seen.'));
  if (accepted !== true) return steps;
  for (const [words, some] of grouped(contexts)) {
    const names = some.slice(0, contextsMax).map(contextWords);
    const more = some.length > contextsMax ? `, and ${some.length - contextsMax} more` : '';
    steps.push(remark(`${words}: ${names.join('; ')}${more}.`));
  }
  return steps;
}

/** PS3.8 table 9-18. */
const results: Readonly<Record<number, string>> = {
  0: 'Accepted',
  1: 'Refused by the user of the service',
  2: 'Refused without a reason',
  3: 'Refused, for the service is not supported',
  4: 'Refused, for no transfer syntax of those offered is supported',
};

function grouped(contexts: readonly PresentationContext[]): Map<string, PresentationContext[]> {
  const groups = new Map<string, PresentationContext[]>();
  for (const context of [...contexts].sort((a, b) => (a.result ?? 9) - (b.result ?? 9))) {
    const words =
      context.result === null ? 'Not answered' : (results[context.result] ?? `Refused with result ${context.result}`);
    groups.set(words, [...(groups.get(words) ?? []), context]);
  }
  return groups;
}

function contextWords({ abstractSyntax, acceptedTransferSyntax }: PresentationContext): string {
  const name = abstractSyntax === null ? 'a service not seen' : sopClassName(abstractSyntax);
  if (acceptedTransferSyntax === null) return name;
  return `${name} (${transferSyntaxes.get(acceptedTransferSyntax) ?? acceptedTransferSyntax})`;
}

/** What is left out between two that are told is said in its place. */
function operated(material: Material): Step[] {
  const { operations, operationCounts } = material;
  const steps: Step[] = [];
  let before = 0;
  let left = operationCounts.reduce((sum, { count }) => sum + count, 0) - operations.length;
  for (const one of operations) {
    const between = Math.min(left, one.ordinal - before - 1);
    if (between > 0) steps.push(remark(`${amount(between, 'operation')} more.`));
    left -= Math.max(0, between);
    before = one.ordinal;
    steps.push(step(material, one.start, operationWords(one), one.firstCapture, one.firstFrame));
  }
  if (left > 0) steps.push(remark(`${amount(left, 'operation')} more.`));
  if (steps.length > operations.length) {
    const counts = operationCounts.map(
      ({ command, statusKind, count }) => `${count} ${command} ${statusKind ?? 'not answered'}`,
    );
    steps.push(remark(`All operations: ${counts.join(', ')}.`));
  }
  return steps;
}

function operationWords(one: OperationRecord): string {
  const what = one.sopClass === null ? '' : ` (${sopClassName(one.sopClass)})`;
  const level = one.queryLevel === null ? '' : `, level ${one.queryLevel}`;
  const to = one.moveDestination === null ? '' : `, to ${one.moveDestination}`;
  const who = one.requester === 'server' ? ', asked by the server' : '';
  const bytes = one.requestBytes + one.responseBytes;
  const size = bytes === 0 ? '' : `, ${bytes} bytes of data sets`;
  const answers = one.answers === 0 ? '' : `, ${amount(one.answers, 'record')} answered`;
  const parts = [
    ...(one.completed === null ? [] : [`${one.completed} done`]),
    ...(one.failed === null || one.failed === 0 ? [] : [`${one.failed} failed`]),
    ...(one.remaining === null || one.remaining === 0 ? [] : [`${one.remaining} remaining`]),
  ];
  const sub = parts.length === 0 ? '' : `; objects: ${parts.join(', ')}`;
  const status = one.status === null ? 'no answer was seen' : statusWords(one);
  return `${one.command}${what}${level}${to}${who}${size}${answers}${sub}: ${status}.`;
}

function statusWords({ status, statusText, statusKind, durationMicros }: OperationRecord): string {
  const number = (status as number).toString(16).toUpperCase().padStart(4, '0');
  const words = statusText ?? statusKind ?? 'a status of no known meaning';
  return `${words} (${number}H) after ${Math.round(durationMicros / 1000)} ms`;
}

function ended(material: Material, association: AssociationRecord): Step {
  const { end: time, lastCapture, lastFrame, outcomeDetail } = association;
  const words: Readonly<Record<AssociationRecord['outcome'], string>> = {
    requested: 'It waits for its answer.',
    accepted: 'It still lasts.',
    rejected: `The association was ${outcomeDetail ?? 'rejected'}.`,
    released: 'It was released as it should be.',
    aborted: `It was aborted ${outcomeDetail ?? ''}`.trimEnd().concat('.'),
    cut: `It ended without release or abort: ${outcomeDetail ?? 'nobody knows why'}.`,
  };
  return step(material, time, words[association.outcome], lastCapture, lastFrame);
}

function closed({ ended: how }: ConnectionRecord): string {
  const words: Readonly<Record<ConnectionRecord['ended'], string>> = {
    open: 'It is still open.',
    fin: 'Both sides closed it.',
    reset: 'It was reset.',
    expired: 'It fell silent.',
    replaced: 'The same ports opened a new connection.',
    evicted: 'The sensor dropped it to keep its bound of memory.',
    'input-end': 'The capture ends here.',
  };
  return words[how];
}

function shownOf(exposure: ExposureRecord | null): string[] {
  if (exposure === null) return [];
  const ways = new Map<string, string[]>();
  const ordered = [...exposure.attributes].sort((a, b) => classRank(a.class) - classRank(b.class) || b.count - a.count);
  for (const one of ordered.filter((each) => each.class === 'direct' || each.class === 'quasi')) {
    const way = seenInWords[one.seenIn];
    ways.set(way, [...(ways.get(way) ?? []), `${one.attribute} ${one.count}\u00d7`]);
  }
  const lines = [...ways].map(([way, names]) => {
    const more = names.length > attributesMax ? `, and ${names.length - attributesMax} more` : '';
    return `${way}: ${names.slice(0, attributesMax).join(', ')}${more}`;
  });
  const { clinical, staff, device, uid } = exposure;
  const others = [
    [clinical, 'clinical'],
    [staff, 'of staff'],
    [device, 'of devices and sites'],
    [uid, 'unique identifiers'],
  ] as const;
  const counts = others.filter(([count]) => count > 0).map(([count, name]) => `${count} ${name}`);
  return counts.length === 0 ? lines : [...lines, `besides, attributes with values: ${counts.join(', ')}`];
}

function classRank(name: string): number {
  return name === 'direct' ? 0 : 1;
}

const seenInWords: Readonly<Record<SeenIn, string>> = {
  stored: 'in stored objects',
  'query-key': 'in keys of queries',
  'query-answer': 'in answers to queries',
  'worklist-key': 'in keys of worklist queries',
  'worklist-answer': 'in answers to worklist queries',
  mpps: 'in procedure steps',
  commitment: 'in storage commitment',
  event: 'in event reports',
  other: 'in other data sets',
  unknown: 'in data sets of unknown kind',
};

const missingWords: Readonly<Record<Incomplete, string>> = {
  'mid-stream': 'The beginning was not captured.',
  'one-direction': 'One of the two directions was not captured.',
  'missed-bytes': 'Packets are missing in between.',
  ambiguous: 'Bytes were sent twice and differ: the first were read, the receiver may have read the others.',
  'wrong-checksum': 'Segments with wrong checksums were left out: their receiver did not take them.',
  truncated: 'The snap length of the capture cut packets.',
  cut: 'The end was not captured.',
  'lost-step': 'Some bytes could not be read as DICOM.',
  'not-decodable': 'A data set could not be read to its end.',
  evicted: 'The sensor dropped it to keep its bound of memory.',
  interrupted: 'The capture was interrupted while it lasted.',
};

function missingOf(connection: ConnectionRecord, association: AssociationRecord | null): string[] {
  const reasons = new Set([...(association?.incomplete ?? connection.incomplete)]);
  const lines = [...reasons].map((reason) => missingWords[reason]);
  for (const side of ['client', 'server'] as const) {
    const [missed, unseen] = [connection[`${side}Missed`], connection[`${side}Unseen`]];
    if (missed === 0) continue;
    const before = unseen === 0 ? '' : `, ${unseen} of which the receiver got: they were lost on the way to the sensor`;
    lines.push(`Of what the ${side} sent, ${missed} bytes are missing${before}.`);
  }
  return lines;
}

/** Both directions of the connection, as Wireshark's display filter. */
function filterOf({ clientAddress, serverAddress, clientPort, serverPort }: ConnectionRecord): string {
  const field = clientAddress.includes(':') ? 'ipv6.addr' : 'ip.addr';
  return [
    `${field} == ${clientAddress}`,
    `${field} == ${serverAddress}`,
    `tcp.port == ${clientPort}`,
    `tcp.port == ${serverPort}`,
  ].join(' && ');
}

function step(material: Material, time: Micros, text: string, capture: string, frame: number): Step {
  return { time, text, packet: { capture, path: material.pathOf(capture), frame } };
}

function remark(text: string): Step {
  return { time: null, text, packet: null };
}

function end(of: ConnectionRecord | AssociationRecord, side: 'client' | 'server'): string {
  return `${of[`${side}Address`]} port ${of[`${side}Port`]}`;
}

function named(title: string | null): string {
  return title === null ? 'a side whose AE title was not seen' : `"${title}"`;
}

function amount(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}
