import { type LossCause, type Losses, lossCauses, severities } from '../model/records.ts';
import { programCall } from '../program.ts';
import type { RunAlert, RunTally, ShownAttribute } from '../store/run-tally.ts';
import { tlsGrades } from '../store/tls-tally.ts';
import type { Io } from './command.ts';
import { comparisonLines } from './comparison-lines.ts';
import { endpointText } from './ends.ts';
import { makePaint, type Paint } from './paint.ts';
import { policyLines } from './policy-lines.ts';
import { counted, readableBytes, readableCount } from './quantities.ts';
import type { InputResult, ReplayResult } from './replay-result.ts';
import { readableDuration, readableTime } from './times.ts';
import { block, type Line, labelColumns, printable, shellWord } from './typeset.ts';

/** Alerts told in full, and then in a line; the rest is a query away. */
const alertsToldMax = 5;
export const alertsShownMax = 20;
const inputsMax = 8;
const attributesMax = 6;
const encapsulationsMax = 8;

/**
 * What a person reads at the end of a replay: what was read, what was lost, who showed what to whom, what to ask next.
 */
export function replaySummary(result: ReplayResult, io: Pick<Io, 'columns' | 'colour'>): string {
  const paint = makePaint(io.colour);
  const width = Math.max(60, Math.min(io.columns, 80));
  const parts = [
    block('Read', readLines(result, paint), width, paint),
    block('Lost', lostLines(result, paint), width, paint),
    block('Set aside', asideLines(result), width, paint),
    block('Associations', associationLines(result), width, paint),
    block('In clear', clearLines(result), width, paint),
    block('TLS', tlsLines(result, paint), width, paint),
    alertBlocks(result, width, paint),
    block('Policy', policyLines(result), width, paint),
    block('Compared', result.compared === null ? [] : comparisonLines(result.compared), width, paint),
    block('Database', databaseLines(result), width, paint),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n')}\n`;
}

function readLines(result: ReplayResult, paint: Paint): Line[] {
  const { inputs, totals } = result;
  // What could not be read at all is told below: it was no capture.
  const read = inputs.filter(({ error, packets }) => error === null || packets > 0);
  const lines: Line[] = [
    `${counted(read.length, 'capture')}, ${counted(totals.packets, 'packet')}, ${readableBytes(totals.bytes)}` +
      ` in ${readableDuration(result.elapsedMs * 1000)}`,
  ];
  const firsts = inputs.flatMap((input) => input.firstTime ?? []);
  const lasts = inputs.flatMap((input) => input.lastTime ?? []);
  if (firsts.length > 0) {
    const [from, to] = [firsts.reduce((a, b) => Math.min(a, b)), lasts.reduce((a, b) => Math.max(a, b))];
    lines.push(`${readableTime(from)} to ${readableTime(to)} UTC (${readableDuration(to - from)})`);
  }
  if (result.ignored > 0) lines.push(`${counted(result.ignored, 'other file')} in these folders left alone`);
  if (result.interrupted) lines.push(paint.warn('interrupted: what was read until then is kept'));
  if (result.reveal) lines.push(paint.warn('with --reveal: patient values are in the database'));
  const bad = result.interrupted ? [] : inputs.filter((input) => input.error !== null);
  const told = bad.slice(0, inputsMax);
  for (const [i, input] of told.entries()) {
    lines.push(paint.warn(inputSentence(input)));
    // Neighbours that need the same share it.
    if (input.remedy !== null && input.remedy !== told[i + 1]?.remedy) lines.push(paint.dim(input.remedy));
  }
  if (bad.length > inputsMax) lines.push(`and ${counted(bad.length - inputsMax, 'more input')} not read to the end`);
  return lines;
}

/** A reader of the summary sees the path once. */
export function inputSentence({ path, error }: InputResult): string {
  if (path === '-') return `standard input ${error}`;
  return printable(error?.includes(path) === true ? error : `${path} ${error}`);
}

/** What should not be there, and what it means; the normal causes are set aside. */
const lost: Partial<Record<LossCause, string>> = {
  'not-captured': 'dropped while recording, as the recorder says',
  'link-unsupported': 'on link types that are not decoded',
  'encapsulation-unsupported': 'in tunnels that carry what is not decoded',
  'encapsulation-too-deep': 'in more VLAN tags and tunnels than are followed',
  'malformed-link': 'with a broken link or tunnel header',
  'malformed-network': 'with a broken IP header',
  'malformed-transport': 'with a broken TCP header',
  truncated: 'cut short by the snap length',
  'fragments-given-up': 'of IP datagrams that never became whole',
  conflicting: 'sent again with other bytes: the first were read',
  'checksum-ip': 'with a wrong checksum of the IP header: used all the same',
  'out-of-window': 'that fit no connection',
  'after-reset': 'on connections that a reset had ended',
  'before-sensor': 'received by their host and never captured: lost before the sensor',
  missed: 'missing in DICOM and TLS streams',
  'not-parsed': 'of DICOM and TLS streams not understood',
  'not-scanned': 'of data sets not looked at, for the scan had to end before them',
  evicted: 'dropped to keep memory bounded',
  bug: 'given up because of an error in dicomtap: please report it',
};

/** What any capture holds. */
const aside: Partial<Record<LossCause, string>> = {
  'network-unsupported': 'neither IPv4 nor IPv6 (ARP and the like)',
  'transport-unsupported': 'not TCP (UDP, ICMP and the like)',
  'not-identified': 'of TCP streams that are neither DICOM nor TLS',
  'not-selected': 'left out by --from, --to or --filter',
  duplicate: 'recorded twice',
  retransmitted: 'sent again',
  'fragments-held': 'IP fragments, put together',
  'checksum-tcp': 'with a wrong TCP checksum, as offload leaves it: used all the same',
  'clock-backward': 'with a time stamp before the one in front of it',
};

function lostLines(result: ReplayResult, paint: Paint): string[] {
  const { losses, linkTypes, encapsulations } = result;
  const lines = [...cutLines(result), ...causeLines(losses, lost)];
  const types = Object.keys(linkTypes);
  if (types.length > 0) lines.push(`(link type ${types.join(', ')})`);
  const carried = Object.keys(encapsulations);
  if (carried.length > 0) lines.push(`(${carried.slice(0, encapsulationsMax).join(', ')}${andMore(carried.length)})`);
  return lines.length === 0 ? [paint.good('nothing')] : lines.map(paint.warn);
}

/** How much that was nobody knows. */
function cutLines({ inputs, interrupted }: ReplayResult): string[] {
  const cut = inputs.filter((input) => input.cut);
  const lines = cut.slice(0, inputsMax).map(({ path, packets }) => {
    const name = path === '-' ? 'standard input' : printable(path);
    return packets > 0 ? `the end of ${name}` : `all of ${name}`;
  });
  if (cut.length > inputsMax) lines.push(`and of ${counted(cut.length - inputsMax, 'more input')}`);
  if (interrupted) lines.push('what was not read');
  return lines;
}

function andMore(count: number): string {
  return count > encapsulationsMax ? ` and ${count - encapsulationsMax} more` : '';
}

function asideLines({ losses }: ReplayResult): string[] {
  return causeLines(losses, aside);
}

function causeLines(losses: Losses, words: Partial<Record<LossCause, string>>): string[] {
  return lossCauses.flatMap((cause) => {
    const loss = losses[cause];
    const text = words[cause];
    if (loss === undefined || text === undefined || loss.packets + loss.bytes === 0) return [];
    const unit = units[cause] ?? 'packet';
    const amounts = [
      loss.packets > 0 ? counted(loss.packets, unit) : '',
      loss.bytes > 0 ? readableBytes(loss.bytes) : '',
    ];
    return [`${amounts.filter((amount) => amount !== '').join(', ')} ${text}`];
  });
}

/** What `packets` of a cause are, where they are none. */
const units: Partial<Record<LossCause, string>> = { evicted: 'connection', bug: 'connection', 'before-sensor': 'hole' };

function associationLines({ totals, tally, protocols }: ReplayResult): string[] {
  const connections = Object.entries(protocols).map(([name, count]) => `${readableCount(count)} ${protocolWord(name)}`);
  const traffic = `${counted(totals.connections, 'TCP connection')}${connections.length > 0 ? `: ${connections.join(', ')}` : ''}`;
  if (totals.associations === 0) return ['none', traffic];
  const outcomes = outcomeWords.flatMap(([outcome, words]) => {
    const count = tally.outcomes[outcome] ?? 0;
    return count === 0 ? [] : [`${readableCount(count)} ${words}`];
  });
  const lines = [
    `${readableCount(totals.associations)}: ${outcomes.join(', ')}`,
    `${counted(totals.operations, 'operation')}, ${counted(totals.patients, 'patient')}, ` +
      counted(totals.studies, 'study'),
  ];
  if (tally.tls > 0) lines.push(`${readableCount(tally.tls)} inside TLS without encryption`);
  const doubts: string[] = [];
  if (tally.midStream > 0) doubts.push(`${readableCount(tally.midStream)} joined in the middle`);
  if (tally.incomplete > 0) doubts.push(`${readableCount(tally.incomplete)} not seen whole`);
  if (doubts.length > 0) lines.push(doubts.join(', '));
  lines.push(traffic);
  return lines;
}

function protocolWord(name: string): string {
  const words: Record<string, string> = { dicom: 'DICOM', tls: 'TLS', unknown: 'other', 'no-data': 'without data' };
  return words[name] ?? name;
}

const outcomeWords = [
  ['released', 'released'],
  ['rejected', 'rejected'],
  ['aborted', 'aborted'],
  ['cut', 'cut off'],
  ['accepted', 'still open'],
  ['requested', 'not answered'],
] as const;

const classWords: Readonly<Record<string, string>> = {
  direct: 'identifying',
  quasi: 'describing',
  clinical: 'clinical',
  staff: 'staff',
  device: 'device, site',
  uid: 'UIDs',
};

function clearLines({ tally }: ReplayResult): Line[] {
  const { clear, shown } = tally;
  if (clear.associations === 0) return [];
  const amounts = [clear.objects > 0 ? counted(clear.objects, 'object') : '', readableBytes(clear.bytes)];
  const lines: Line[] = [
    `${counted(clear.associations, 'association')} showed patient data without TLS: ` +
      `${amounts.filter((amount) => amount !== '').join(', ')} of data sets`,
  ];
  for (const [name, words] of Object.entries(classWords)) {
    const attributes = shown.filter((attribute) => attribute.class === name);
    if (attributes.length > 0) lines.push({ lead: words.padEnd(14), text: attributeList(attributes) });
  }
  return lines;
}

function attributeList(attributes: readonly ShownAttribute[]): string {
  const first = attributes
    .slice(0, attributesMax)
    .map(({ attribute, count }) => `${attribute} ${readableCount(count)}`);
  const more = attributes.length - first.length;
  return `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Every session with its grade: also what the policy holds back is not invisible. */
function tlsLines({ tally: { tlsSessions } }: ReplayResult, paint: Paint): Line[] {
  const { sessions, grades, gravest } = tlsSessions;
  if (sessions === 0) return [];
  const words = tlsGrades.flatMap((grade) => {
    const told = grade === 'unknown' ? 'not graded, its answer was not seen' : grade;
    return grades[grade] > 0 ? [`${readableCount(grades[grade])} ${told}`] : [];
  });
  const lines: Line[] = [`${counted(sessions, 'DICOM session')} inside TLS: ${words.join(', ')}`];
  if (gravest === null || gravest.gradeWhy === null) return lines;
  const { clientAddress, serverAddress, serverPort, gradeWhy } = gravest;
  lines.push(paint.warn(`${gradeWhy} (${clientAddress} → ${endpointText(serverAddress, serverPort)})`));
  return lines;
}

function alertBlocks(result: ReplayResult, width: number, paint: Paint): string {
  const { alerts } = result.tally;
  if (alerts.length === 0) return block('Findings', [paint.good('none')], width, paint);
  const { severities: counts } = result.tally;
  const words = [...severities]
    .reverse()
    .flatMap((severity) => (counts[severity] > 0 ? [`${counts[severity]} ${severity}`] : []));
  const told = toldAlerts(alerts.slice(0, alertsToldMax), width, paint);
  const shown = alerts
    .slice(alertsToldMax, alertsShownMax)
    .map((alert) => `${alertHead(alert, 'where-room', width, paint)}\n`);
  const more = alertsOf(result.tally) - alertsShownMax;
  const rest = more > 0 ? `${readableCount(more)} more: ` : '';
  const next: Line = { whole: paint.dim(`${rest}${query('findings --alerts', result)}`) };
  return [
    block('Findings', [`${total(result)}: ${words.join(', ')}`], width, paint),
    ...told,
    shown.length > 0 ? '\n' : '',
    ...shown,
    shown.length > 0 ? `\n${block('', [next], width, paint)}` : '',
  ].join('');
}

/** An alert stands for the findings that repeat it, and for the others on their associations. */
function total({ tally }: ReplayResult): string {
  return `${counted(alertsOf(tally), 'alert')} for ${counted(tally.findings, 'finding')}`;
}

function alertsOf({ severities }: RunTally): number {
  return Object.values(severities).reduce((sum, count) => sum + count, 0);
}

/** In full: titles say who, but where two would have the same heading. */
function toldAlerts(alerts: readonly RunAlert[], width: number, paint: Paint): string[] {
  const headings = alerts.map(({ alert, finding }) => `${alert.severity} ${alert.detection} ${titled(finding)}`);
  return alerts.map((alert, at) => {
    const alone = headings.indexOf(headings[at]) === headings.lastIndexOf(headings[at]);
    return `\n${alertBlock(alert, alone ? 'none' : 'all', width, paint)}`;
  });
}

type Addresses = 'none' | 'where-room' | 'all';

function alertBlock(told: RunAlert, addresses: Addresses, width: number, paint: Paint): string {
  const { alert, finding } = told;
  const one = alert.count > 1 ? `The gravest of ${readableCount(alert.count)}: ` : '';
  const lines: Line[] = [`${one}${finding.summary}`];
  const related = Object.keys(alert.related);
  if (related.length > 0) lines.push(paint.dim(`also: ${related.join(', ')}`));
  return `${alertHead(told, addresses, width, paint)}\n${block('', lines, width, paint)}`;
}

/**
 * `HIGH  CT_ROOM1 10.0.0.5 → ARCHIVE 10.0.0.9:104      phi-cleartext ×3`; addresses of those without a title always.
 */
function alertHead({ alert, finding }: RunAlert, addresses: Addresses, width: number, paint: Paint): string {
  const { callingAe, calledAe, clientAddress, serverAddress, serverPort } = finding;
  const times = alert.count > 1 ? `${alert.detection} ×${readableCount(alert.count)}` : alert.detection;
  const room = width - labelColumns - times.length - 2;
  const full = `${join(callingAe, clientAddress)} → ${join(calledAe, endpointText(serverAddress, serverPort))}`;
  const fits = addresses === 'all' || (addresses === 'where-room' && full.length <= room);
  const who = fits ? full : titled(finding);
  const label = ` ${alert.severity.toUpperCase()} `;
  const lead = `  ${paint.severity(alert.severity, label)}${' '.repeat(labelColumns - 2 - label.length)}`;
  if (who.length <= room) return `${lead}${paint.bold(who)}${' '.repeat(room + 2 - who.length)}${paint.dim(times)}`;
  const cut = who.length > width - labelColumns ? `${who.slice(0, width - labelColumns - 1)}…` : who;
  return `${lead}${paint.bold(cut)}\n${' '.repeat(labelColumns)}${paint.dim(times)}`;
}

function titled({ callingAe, calledAe, clientAddress, serverAddress, serverPort }: RunAlert['finding']): string {
  return `${callingAe || clientAddress} → ${calledAe || endpointText(serverAddress, serverPort)}`;
}

function join(title: string | null, address: string): string {
  return title ? `${title} ${address}` : address;
}

function databaseLines(result: ReplayResult): Line[] {
  const commands = [
    query('findings', result),
    query('associations', result),
    `sqlite3 ${shellWord(result.database)} 'SELECT * FROM finding_readable'`,
  ];
  const lines = [result.database, ...(result.totals.associations > 0 ? commands : [])];
  return lines.map((line) => ({ whole: printable(line) }));
}

function query(command: string, { database }: ReplayResult): string {
  return `${programCall()} ${command} --db ${shellWord(database)}`;
}
