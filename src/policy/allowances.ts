import type { Micros } from '../model/records.ts';
import { addressKey, isSingle, parseAddress } from './addresses.ts';
import type { AeDirectory } from './ae-directory.ts';
import type { PolicyContent } from './content.ts';
import { endOfDate } from './dates.ts';
import { compileParties, type Must, type Parties, type Party, partiesMatch } from './parties.ts';
import type { Ends, Exception, ExpectedTool, Tolerance } from './policy.ts';

/** Tolerances, exceptions or expected tools of a policy: what holds between some ends until a date. */
export class Allowances<T> {
  readonly #directory: AeDirectory;
  /** By what an end must be, in the order of the file; those that ask for nothing so definite apart. */
  readonly #byKey = new Map<string, Allowance<T>[]>();
  readonly #others: Allowance<T>[] = [];
  readonly #kinds = new Set<string>();

  constructor(list: readonly Allowance<T>[], directory: AeDirectory) {
    this.#directory = directory;
    const choices = list.map(({ parties }) => [keys('c', parties.clients), keys('s', parties.servers)]);
    const popularity = new Map<string, number>();
    for (const key of choices.flat(2)) popularity.set(key, (popularity.get(key) ?? 0) + 1);
    const crowd = (some: readonly string[]) => some.reduce((most, key) => Math.max(most, popularity.get(key) ?? 0), 0);
    for (const [i, allowance] of list.entries()) {
      const [best] = choices[i].filter((some) => some.length > 0).sort((a, b) => crowd(a) - crowd(b));
      if (best === undefined) this.#others.push(allowance);
      for (const key of best ?? []) this.#add(key, allowance);
    }
  }

  get size(): number {
    return this.#byKey.size + this.#others.length;
  }

  /** The first of the file that holds between these ends at `time`, and that `fits`. */
  find(ends: Ends, time: Micros, must: Must, fits?: (said: T) => boolean): T | null {
    let found: Allowance<T> | null = null;
    for (const some of this.#candidates(ends)) {
      for (const each of some) {
        if (found !== null && each.index >= found.index) break;
        if (time >= each.until || fits?.(each.said) === false) continue;
        if (!partiesMatch(each.parties, ends, must, this.#directory)) continue;
        found = each;
        break;
      }
    }
    return found?.said ?? null;
  }

  #add(key: string, allowance: Allowance<T>): void {
    this.#kinds.add(key.slice(0, 2));
    const known = this.#byKey.get(key);
    if (known === undefined) this.#byKey.set(key, [allowance]);
    else if (known.at(-1) !== allowance) known.push(allowance);
  }

  *#candidates(ends: Ends): Generator<readonly Allowance<T>[]> {
    yield this.#others;
    yield* this.#of('c', ends.callingAe, ends.clientAddress, this.#directory.callersAt);
    yield* this.#of('s', ends.calledAe, ends.serverAddress, this.#directory.answerersAt);
  }

  /** Where no title was seen, those of the address stand for it. */
  *#of(
    end: 'c' | 's',
    title: string | null,
    address: string,
    titlesAt: (address: string) => ReadonlySet<string>,
  ): Generator<readonly Allowance<T>[]> {
    if (this.#kinds.has(`${end}t`)) {
      for (const each of title === null ? titlesAt(address) : [title]) yield this.#byKey.get(`${end}t${each}`) ?? NONE;
    }
    if (this.#kinds.has(`${end}a`)) {
      const bytes = parseAddress(address);
      if (bytes !== null) yield this.#byKey.get(`${end}a${addressKey(bytes)}`) ?? NONE;
    }
  }
}

export interface Allowance<T> {
  /** Place in the file. */
  readonly index: number;
  readonly until: Micros;
  readonly parties: Parties;
  readonly said: T;
}

const NONE: readonly never[] = [];

/** Parties of more titles than this are not worth a key each. */
const KEYS_MAX = 1000;

/** What an end must be one of, as titles or single addresses; none when some party asks for less than that. */
function keys(end: 'c' | 's', parties: readonly Party[] | null): readonly string[] {
  const found: string[] = [];
  for (const { titles, network } of parties ?? []) {
    if (titles !== null) for (const title of titles) found.push(`${end}t${title}`);
    else if (network !== null && isSingle(network)) found.push(`${end}a${addressKey(network.bytes)}`);
    else return [];
    if (found.length > KEYS_MAX) return [];
  }
  return found;
}

export function tolerances(content: PolicyContent | null, directory: AeDirectory): Allowances<Tolerance> {
  const list = (content?.encryption?.cleartext_tolerated ?? []).map((entry, index) => {
    const until = requireDate(entry.until);
    const said = { index, until, untilText: entry.until, reason: oneLine(entry.reason) };
    return { index, until, parties: compileParties(entry, directory), said };
  });
  return new Allowances(list, directory);
}

/** By detection. */
export function exceptions(content: PolicyContent | null, directory: AeDirectory): Map<string, Allowances<Exception>> {
  const byDetection = new Map<string, Allowance<Exception>[]>();
  for (const [index, entry] of (content?.exceptions ?? []).entries()) {
    const { detection } = entry;
    const until = requireDate(entry.until);
    const said = { index, until, untilText: entry.until, reason: oneLine(entry.reason), detection };
    const allowance = { index, until, parties: compileParties(entry, directory), said };
    const list = byDetection.get(detection);
    if (list === undefined) byDetection.set(detection, [allowance]);
    else list.push(allowance);
  }
  return new Map([...byDetection].map(([detection, list]) => [detection, new Allowances(list, directory)]));
}

export function expectedTools(content: PolicyContent | null, directory: AeDirectory): Allowances<ExpectedTool> {
  const list = (content?.tools ?? []).map((entry, index) => ({
    index,
    until: entry.until === undefined ? Number.POSITIVE_INFINITY : requireDate(entry.until),
    parties: compileParties(entry, directory),
    said: { index, tool: entry.tool ?? null, reason: oneLine(entry.reason) },
  }));
  return new Allowances(list, directory);
}

/** A reason may be written over several lines, and is shown within a sentence, which ends itself. */
function oneLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .replace(/\.$/, '');
}

function requireDate(text: string): Micros {
  const until = endOfDate(text);
  if (until === null) throw new Error(`not a date: ${text}`);
  return until;
}
