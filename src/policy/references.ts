import type { Path, Remark } from '../yaml/problem.ts';
import { asList } from './ae-directory.ts';
import type { TableRow } from './ae-table.ts';
import type { AeContent, EndsContent, MemberContent, PartyContent, PolicyContent } from './content.ts';

/** Groups that are named but not defined. */
export function unknownGroups(content: PolicyContent, table: readonly TableRow[]): Remark[] {
  const groups = content.groups ?? {};
  const remarks: Remark[] = [];
  const note = (group: string | undefined, path: Path) => {
    if (group === undefined || Object.hasOwn(groups, group)) return;
    remarks.push({ path, sentence: `there is no group '${group}'` });
  };
  for (const { member, path } of members(content, table)) if (typeof member !== 'string') note(member.group, path);
  for (const { party, path } of parties(allowances(content))) if (typeof party !== 'string') note(party.group, path);
  return remarks;
}

/** Entries of both lists, with where they are written. One at a time: there may be 100,000. */
export function* aeEntries(
  content: PolicyContent,
  table: readonly TableRow[],
): Generator<{ entry: AeContent; path: Path }> {
  for (const [i, entry] of (content.ae_titles ?? []).entries()) yield { entry, path: ['ae_titles', i] };
  for (const { content: entry, line } of table) yield { entry, path: ['ae_table', line] };
}

/** Tolerances, expected tools and exceptions, with where they are written. */
export function allowances(content: PolicyContent): Allowance[] {
  const tolerated = content.encryption?.cleartext_tolerated ?? [];
  return [
    ...tolerated.map((each, i) => ({
      kind: 'tolerance' as const,
      each,
      path: ['encryption', 'cleartext_tolerated', i],
    })),
    ...(content.tools ?? []).map((each, i) => ({ kind: 'expected tool' as const, each, path: ['tools', i] })),
    ...(content.exceptions ?? []).map((each, i) => ({ kind: 'exception' as const, each, path: ['exceptions', i] })),
  ];
}

interface Allowance {
  readonly kind: 'tolerance' | 'expected tool' | 'exception';
  readonly each: EndsContent & { readonly until?: string | undefined; readonly reason: string };
  readonly path: Path;
}

/** Titles that peers, groups and tolerances name, with where. Not exceptions: they are made for titles nobody lists. */
export function* titlesNamed(
  content: PolicyContent,
  table: readonly TableRow[],
): Generator<{ title: string; path: Path }> {
  for (const [name, titles] of Object.entries(content.groups ?? {})) {
    for (const [i, title] of titles.entries()) yield { title, path: ['groups', name, i] };
  }
  for (const { member, path } of members(content, table)) if (typeof member === 'string') yield { title: member, path };
  for (const { party, path } of parties(allowances(content).filter(({ kind }) => kind === 'tolerance'))) {
    const title = typeof party === 'string' ? party : party.ae_title;
    if (title !== undefined) yield { title, path };
  }
}

/** Titles an entry answers to or calls by. */
export function titlesOf(entry: AeContent): readonly string[] {
  return entry.calls_as === undefined ? asList(entry.title) : [...asList(entry.title), ...asList(entry.calls_as)];
}

function* members(
  content: PolicyContent,
  table: readonly TableRow[],
): Generator<{ member: MemberContent; path: Path }> {
  for (const { entry, path } of aeEntries(content, table)) {
    for (const [i, member] of (entry.peers ?? []).entries()) yield { member, path: [...path, 'peers', i] };
    for (const [i, member] of (entry.move_destinations ?? []).entries())
      yield { member, path: [...path, 'move_destinations', i] };
  }
}

function* parties(list: readonly Allowance[]): Generator<{ party: PartyContent; path: Path }> {
  for (const { each, path } of list) {
    for (const end of ['clients', 'servers'] as const) {
      for (const [i, party] of (each[end] ?? []).entries()) yield { party, path: [...path, end, i] };
    }
  }
}
