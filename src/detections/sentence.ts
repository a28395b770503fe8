import { Joined } from '../bytes/joined-texts.ts';
import type { AssociationRecord, Incomplete, Micros, PacketReference, TlsSessionRecord } from '../model/records.ts';

type Client = Readonly<Pick<AssociationRecord, 'callingAe' | 'clientAddress'>>;
type Listener = Readonly<Pick<AssociationRecord, 'serverAddress' | 'serverPort'>>;
type Server = Listener & Readonly<Pick<AssociationRecord, 'calledAe'>>;

/** `CT01 (10.20.1.11)`, or the address alone where no AE title was seen. */
export function clientInWords({ callingAe, clientAddress }: Client): string {
  return callingAe === null ? clientAddress : `${titleInWords(callingAe)} (${clientAddress})`;
}

/** `ARCHIVE (10.20.0.5:104)`, or the listener alone where no AE title was seen. */
export function serverInWords(association: Server): string {
  const { calledAe } = association;
  return calledAe === null ? listener(association) : `${titleInWords(calledAe)} (${listener(association)})`;
}

/** `CT01 (10.20.1.11)`: any end. */
export function endInWords({ title, address }: { readonly title: string | null; readonly address: string }): string {
  return clientInWords({ callingAe: title, clientAddress: address });
}

/** Address and port listened on; IPv6 in brackets. */
export function listener({ serverAddress, serverPort }: Listener): string {
  return listeners.of(serverAddress, serverPort);
}

const listeners = new Joined<number>((address, port) =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
);

/** A title as an operand of a sentence: an empty one is said. */
export function titleInWords(title: string): string {
  return title === '' ? '(empty AE title)' : title;
}

/** `a`, `a and b`, `a, b and c`; beyond `most`, how many more. */
export function listed(words: readonly string[], most = words.length): string {
  const shown = words.slice(0, most);
  if (words.length > most) shown.push(`${words.length - most} more`);
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** `within a second`, `in 12 s`, `in 7 min`: between two times of packets. */
export function within(first: Micros, last: Micros): string {
  const seconds = Math.round((last - first) / 1e6);
  if (seconds === 0) return 'within a second';
  return seconds < 120 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}

/** When and where an association began: what its request alone proves. */
export function atStart(association: Readonly<AssociationRecord>): { time: Micros; packet: PacketReference } {
  const { start, firstCapture, firstFrame } = association;
  return { time: start, packet: { capture: firstCapture, frame: firstFrame } };
}

/** That an association that was read is inside TLS, as a sentence; empty when it is not. */
export function withinTls({ tls }: Readonly<AssociationRecord>, session: Readonly<TlsSessionRecord> | null): string {
  if (!tls) return '';
  const suite = session?.cipherSuite ?? null;
  return `It runs inside TLS that does not encrypt${suite === null ? '' : ` (${suite})`}.`;
}

/** Appended to a finding on input that was not whole. */
export function incompleteInWords(reasons: readonly Incomplete[]): string {
  const why = reasons.map((reason) => INCOMPLETE[reason]);
  return ` Seen only in part${why.length === 0 ? '' : ` (${listed(why)})`}: true numbers may be higher.`;
}

const INCOMPLETE: Readonly<Record<Incomplete, string>> = {
  'mid-stream': 'the beginning was not seen',
  'one-direction': 'one direction was not seen',
  'missed-bytes': 'bytes are missing',
  ambiguous: 'some bytes were sent twice and differ',
  'wrong-checksum': 'some segments had a wrong checksum',
  truncated: 'packets were cut by the snap length',
  cut: 'the end was not seen',
  'lost-step': 'some bytes could not be read as DICOM',
  'not-decodable': 'some data sets could not be read to their end',
  evicted: 'dropped from memory',
  interrupted: 'the capture was interrupted meanwhile',
};
