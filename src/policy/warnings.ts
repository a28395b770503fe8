import type { Micros } from '../model/records.ts';
import type { Remark } from '../yaml/problem.ts';
import { assumedInternal, covers, parseNetwork } from './addresses.ts';
import type { TableRow } from './ae-table.ts';
import type { PolicyContent } from './content.ts';
import { endOfDate } from './dates.ts';
import { unknownReason } from './learn/text.ts';
import { aeEntries, allowances, titlesNamed, titlesOf } from './references.ts';
import { normaliseTitle, titleBytes } from './titles.ts';

/** Warnings of one kind beyond which more of it teach nothing. */
const OF_A_KIND_MAX = 100;

/** What is allowed to be written but is probably not meant. `now` in microseconds UTC. */
export function warningsOf(content: PolicyContent, table: readonly TableRow[], now: Micros): Remark[] {
  return [
    ...expired(content, now),
    ...unfilled(content),
    ...publicNetworks(content),
    ...first(oddTitles(content, table)),
    ...first(unknownTitles(content, table)),
    ...first(unreachable(content, table)),
  ];
}

function* first(remarks: Iterable<Remark>): Generator<Remark> {
  let count = 0;
  for (const remark of remarks) {
    if (count++ === OF_A_KIND_MAX) return;
    yield remark;
  }
}

function publicNetworks(content: PolicyContent): Remark[] {
  return (content.networks?.internal ?? []).flatMap((text, i) => {
    const network = parseNetwork(text);
    if (network === null || assumedInternal.some((own) => covers(own, network))) return [];
    return [
      {
        path: ['networks', 'internal', i],
        sentence: `${text} overlaps public addresses: they would count as internal`,
      },
    ];
  });
}

function* oddTitles(content: PolicyContent, table: readonly TableRow[]): Generator<Remark> {
  for (const { entry, path } of aeEntries(content, table)) {
    for (const title of titlesOf(entry)) {
      if (ORDINARY.test(title)) continue;
      const bytes = titleBytes(title).length;
      if (bytes > 16) yield { path, sentence: `'${title}' is ${bytes} bytes long: an AE title has at most 16` };
      if (/[a-z]/.test(title.replaceAll(/\\x[0-9a-fA-F]{2}/g, ''))) {
        yield { path, sentence: `'${title}' has lower-case letters: titles compare exactly, and most are upper-case` };
      }
    }
  }
}

const ORDINARY = /^[A-Z0-9_-]{1,16}$/;

function* unknownTitles(content: PolicyContent, table: readonly TableRow[]): Generator<Remark> {
  const known = new Set<string>();
  for (const { entry } of aeEntries(content, table))
    for (const title of titlesOf(entry)) known.add(normaliseTitle(title));
  if (known.size === 0) return;
  for (const { title, path } of titlesNamed(content, table)) {
    if (!known.has(normaliseTitle(title))) yield { path, sentence: `no entry has the AE title '${title}'` };
  }
}

/** Tolerances, expected tools and exceptions that hold no longer. */
export function expired(content: PolicyContent, now: Micros): Remark[] {
  return allowances(content).flatMap(({ each, kind, path }) => {
    const end = each.until === undefined ? null : endOfDate(each.until);
    return end === null || end > now ? [] : [{ path, sentence: `this ${kind} expired on ${each.until}` }];
  });
}

/** As `learn` leaves them. */
function unfilled(content: PolicyContent): Remark[] {
  return allowances(content).flatMap(({ each, kind, path }) =>
    each.reason === unknownReason ? [{ path, sentence: `the reason of this ${kind} is ${unknownReason}` }] : [],
  );
}

/** An entry with ports but no address makes no DICOM endpoint for TLS. */
function* unreachable(content: PolicyContent, table: readonly TableRow[]): Generator<Remark> {
  for (const { entry, path } of aeEntries(content, table)) {
    if (entry.ports === undefined || entry.addresses !== undefined) continue;
    yield { path, sentence: 'has ports but no addresses: TLS to it is not recognised as DICOM by them' };
  }
}
