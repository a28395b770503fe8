import { counted } from '../../bytes/counted.ts';
import type { Micros } from '../../model/records.ts';
import type { OwnThresholds } from './bulk.ts';
import { type Group, groups, type Noted } from './entries.ts';
import type { Learned, LearnedEntry } from './learned.ts';
import { period } from './seen.ts';
import { fitsTable, tableHead, tableLines } from './table.ts';

/** How long clear text that was seen is tolerated, from the last packet on. */
const TOLERATED_DAYS = 90;
/** What is in doubt beyond this is counted. */
const DOUBTS_MAX = 500;

/** In place of a reason that only a person knows: `check` warns of it. */
export const unknownReason = 'to be filled in';

/**
 * The learnt policy as a file: YAML, one permission a line with what asked for it. Titles come from the wire: they are
 * printable ASCII by now (`bytes/text.ts`), and quoted wherever YAML could read them as anything else.
 * Valid for `check`, and the same for the same traffic.
 */
export function policyText(policy: Learned): string {
  const lines = [
    ...head(policy),
    'version: 1',
    ...networks(policy),
    ...entries(policy),
    ...listeners(policy),
    ...encryption(policy),
    ...doubts(policy),
  ];
  return `${lines.join('\n')}\n`;
}

function head({ associations, entries: some, first, last }: Learned): string[] {
  if (first === null || last === null) return ['# Learnt by dicomtap from no traffic at all: it allows nothing.'];
  return [
    `# Learnt by dicomtap from ${period(first, last)} UTC: ${counted(associations, 'association')}, ${counted(some.length, 'AE title')} allowed.`,
    '# It allows what was seen, and nothing else. Take out what should not be there, and give the reasons that',
    '# are to be filled in. What was seen and is not allowed stands at the end.',
  ];
}

function networks({ internal }: Learned): string[] {
  if (internal.length === 0) return [];
  return [
    '',
    'networks:',
    '  internal: # private networks, as a whole: narrow them to what is yours',
    ...internal.map((each) => item(4, each)),
  ];
}

const HEADINGS: Readonly<Record<Group, string>> = {
  archive: 'Archives and receivers: who answers queries, sends and is sent objects',
  worklist: 'Who answers worklist queries, and is told of procedure steps',
  sender: 'Who sends objects, and asks for a worklist',
  viewer: 'Who queries and retrieves',
  printer: 'Who prints',
  other: 'Who was seen to do nothing of these',
};

/** Each title as a mapping of its own; of many, lines of a table, for as YAML they would take seconds to load. */
function entries({ entries: all }: Learned): string[] {
  if (all.length === 0) return ['', 'ae_titles: []'];
  const lines = all.length < TABLE_FROM ? [] : all.filter(fitsTable);
  const rows = new Set(lines);
  const mappings = all.filter((each) => !rows.has(each));
  return [
    ...(mappings.length === 0 ? [] : ['', 'ae_titles:', ...grouped(mappings, entry, 2)]),
    ...(lines.length === 0
      ? []
      : ['', 'ae_table: |', `  ${tableHead}`, ...grouped(lines, (each) => tableLines(each).map(indented), 2)]),
  ];
}

/** From so many titles on they are lines of a table. */
const TABLE_FROM = 1000;

function grouped(
  all: readonly LearnedEntry[],
  written: (entry: LearnedEntry) => readonly string[],
  indent: number,
): string[] {
  return groups
    .flatMap((group) => {
      const some = all.filter((each) => each.group === group);
      return some.length === 0 ? [] : [`${' '.repeat(indent)}# ${HEADINGS[group]}`, ...some.flatMap(written), ''];
    })
    .slice(0, -1);
}

function indented(line: string): string {
  return `  ${line.startsWith('#') ? safe(line) : line}`;
}

function entry(one: LearnedEntry): string[] {
  const { title, addresses, ports, scu, scp, peers, moveDestinations, thresholds, remarks } = one;
  return [
    `  - title: ${scalar(title)}`,
    ...remarks.map((remark) => `    # ${safe(remark)}`),
    ...list(4, 'addresses', addresses),
    ...(ports.length === 0 ? [] : list(4, 'ports', ports)),
    ...(scu.length + scp.length === 0 ? ['    roles: {} # no service was seen'] : ['    roles:']),
    ...(scu.length === 0 ? [] : list(6, 'scu', scu)),
    ...(scp.length === 0 ? [] : list(6, 'scp', scp)),
    ...list(4, 'peers', peers),
    ...(moveDestinations === null ? [] : list(4, 'move_destinations', moveDestinations)),
    ...(thresholds.length === 0 ? [] : ['    thresholds:', ...thresholds.flatMap(thresholdLines)]),
  ];
}

function thresholdLines({ detection, note, values }: OwnThresholds): string[] {
  return [`      ${detection}: # ${safe(note)}`, ...values.map(({ name, value }) => `        ${name}: ${value}`)];
}

function listeners({ listeners: some }: Learned): string[] {
  if (some.length === 0) return [];
  return [
    '',
    'listeners: # DICOM over TLS: titles are not to be seen',
    ...some.map(({ address, port, note }) => `  - { address: ${scalar(address)}, port: ${port} } # ${safe(note)}`),
  ];
}

function encryption({ tolerances, last }: Learned): string[] {
  if (tolerances.length === 0 || last === null) return ['', 'encryption:', '  tls: asked'];
  return [
    '',
    'encryption:',
    '  tls: asked',
    '  cleartext_tolerated: # as it was seen, and no longer than it must be',
    ...tolerances.flatMap(({ server, clients }) => [
      '    - clients:',
      ...clients.map((each) => item(8, each)),
      `      servers: [${scalar(server)}]`,
      `      until: ${dateAfter(last)}`,
      `      reason: ${unknownReason}`,
    ]),
  ];
}

function doubts({ doubts: all }: Learned): string[] {
  if (all.length === 0) return [];
  const more = all.length - DOUBTS_MAX;
  return [
    '',
    '# Seen and not allowed: for a person to decide.',
    ...all.slice(0, DOUBTS_MAX).map((each) => `# - ${safe(each)}`),
    ...(more > 0 ? [`# and ${more} more`] : []),
  ];
}

function list(indent: number, key: string, values: readonly Noted<string | number>[]): string[] {
  const space = ' '.repeat(indent);
  return [`${space}${key}:`, ...values.map((each) => item(indent + 2, each))];
}

function item(indent: number, { value, note }: Noted<string | number>): string {
  return `${' '.repeat(indent)}- ${typeof value === 'number' ? value : scalar(value)} # ${safe(note)}`;
}

/** What a comment can hold, whatever the store says: it ends with its line. */
function safe(text: string): string {
  return text.replaceAll(/[^ -~×]/gu, '?');
}

/** Text as YAML reads it back: bare only where nothing can be meant but text. */
export function scalar(text: string): string {
  const bare = PLAIN.test(text) && !WORDS.test(text);
  return bare ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Begins with a letter; addresses and networks too, of which no number can be made. */
const PLAIN = /^(?:[A-Za-z][A-Za-z0-9_.-]*|\d+\.\d+\.\d+\.\d+(?:\/\d+)?)$/;
/** Of YAML 1.1 and 1.2: null, booleans, numbers in letters. */
const WORDS = /^(?:null|true|false|yes|no|on|off|y|n|nan|inf)$/i;

/** The last day of the time from `last` on for which clear text is tolerated. */
function dateAfter(last: Micros): string {
  return new Date(Math.floor(last / 1000) + TOLERATED_DAYS * 86_400_000).toISOString().slice(0, 10);
}
