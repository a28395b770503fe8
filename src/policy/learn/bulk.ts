import { counted } from '../../bytes/counted.ts';
import { thresholdTable } from '../thresholds.ts';
import type { EntryDraft, EntryDrafts } from './entries.ts';
import type { Notable } from './observed.ts';
import { period, Seen } from './seen.ts';

/** Thresholds of one detection that a title gets for itself. */
export interface OwnThresholds {
  readonly detection: BulkDetection;
  readonly note: string;
  readonly values: readonly { readonly name: string; readonly value: number }[];
}

type BulkDetection = 'bulk-retrieval' | 'bulk-query';

/** As much as the busiest hour had is no alarm, nor what is a little more. */
const HEADROOM = 2;

/** What archives were seen to fetch in bulk: as thresholds of their titles. Anything else is for a person to decide. */
export class BulkSeen {
  readonly #busiest = new Map<string, Busiest>();
  readonly #drafts: EntryDrafts;

  constructor(drafts: EntryDrafts) {
    this.#drafts = drafts;
  }

  /** Whether a finding is of an archive that is allowed: then its numbers are noted. */
  take(one: Notable): boolean {
    const end = endOf(one);
    if (end === null || end.title === null) return false;
    const draft = this.#drafts.known(end.title);
    if (draft === null || !isArchive(draft, end.address)) return false;
    const key = `${end.detection} ${end.title}`;
    const busiest = this.#busiest.get(key) ?? new Busiest(end.detection);
    this.#busiest.set(key, busiest);
    busiest.add(one);
    return true;
  }

  /** Of a title: in the order of their names. */
  of(title: string): OwnThresholds[] {
    return (['bulk-query', 'bulk-retrieval'] as const).flatMap((detection) => {
      const thresholds = this.#busiest.get(`${detection} ${title}`)?.thresholds() ?? null;
      return thresholds === null ? [] : [thresholds];
    });
  }
}

/** Whose thresholds would make it quiet: the receiver's, or the asker's. Null for other detections. */
function endOf(one: Notable): { detection: BulkDetection; title: string | null; address: string } | null {
  const { detection, receiver, clientAddress, callingAe, calledAe, serverAddress } = one;
  if (detection === 'bulk-query') return { detection, title: callingAe, address: clientAddress };
  if (detection !== 'bulk-retrieval' || receiver === null) return null;
  return receiver === clientAddress
    ? { detection, title: callingAe, address: receiver }
    : { detection, title: receiver === serverAddress ? calledAe : null, address: receiver };
}

/** It answers queries of others itself, so what it fetches it keeps for them. */
function isArchive({ scp, addresses }: EntryDraft, address: string): boolean {
  return scp.has('query', 'retrieve') && addresses.all.has(address);
}

/** The numbers of the busiest of several hours. */
class Busiest {
  readonly #detection: BulkDetection;
  readonly #seen = new Seen();
  #patients = 0;
  #unrestricted = 0;
  #events = 0;

  constructor(detection: BulkDetection) {
    this.#detection = detection;
  }

  add(one: Notable): void {
    this.#seen.add(one.findings, one);
    this.#patients = Math.max(this.#patients, one.patients ?? 0);
    this.#unrestricted = Math.max(this.#unrestricted, one.unrestricted ?? 0);
    this.#events = Math.max(this.#events, one.events ?? 0);
  }

  thresholds(): OwnThresholds | null {
    const query = this.#detection === 'bulk-query';
    const { 'bulk-query': ofQuery, 'bulk-retrieval': ofRetrieval } = thresholdTable;
    const values = query
      ? [
          ...above('patients', this.#patients, ofQuery.patients[0]),
          ...above('unrestricted', this.#unrestricted, ofQuery.unrestricted[0]),
        ]
      : [
          ...above('objects', this.#events, ofRetrieval.objects[0]),
          ...above('patients', this.#patients, ofRetrieval.patients[0]),
        ];
    if (values.length === 0) return null;
    const what = counted(this.#events, query ? 'record' : 'object');
    const when = period(this.#seen.first, this.#seen.last);
    const note = `twice the busiest hour: ${counted(this.#patients, 'patient')}, ${what}, ${when}`;
    return { detection: this.#detection, note, values };
  }
}

/** Where the default would alarm: twice as much, in two digits. */
function above(name: string, seen: number, threshold: number): { name: string; value: number }[] {
  if (seen < threshold) return [];
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(HEADROOM * seen)) - 1);
  return [{ name, value: Math.ceil((HEADROOM * seen) / unit) * unit }];
}
