import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import type { Fact, Side, UserIdentity, UserInformation } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';
import { DicomAnalyzer } from '../../src/protocols/dicom/analyzer.ts';
import { commandName } from '../../src/protocols/dicom/dimse.ts';
import { recogniseDicom } from '../../src/protocols/dicom/recognise.ts';
import { findStep } from '../../src/protocols/dicom/resync.ts';
import { type Identified, Identifier } from '../../src/protocols/identify.ts';
import { Flag } from '../../src/tcp/slots.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { chunkedSource } from './chunks.ts';

/** What one direction of DICOM traffic carried, as any program that reads it must count. */
export interface FlowCount {
  /** TCP payload bytes, each once. */
  bytes: number;
  /** PDUs by type, such as `0x04`, and DIMSE messages, such as `C-STORE-RQ`. */
  [name: `0x0${number}` | `${'C' | 'N'}-${string}`]: number;
}

/** What an association's PDU says, as lists in the order of the wire; of what it does not have, nothing. */
export interface Handshake {
  readonly pdu: 'request' | 'accept' | 'reject' | 'abort';
  readonly titles?: string;
  readonly contexts?: readonly number[];
  readonly results?: readonly number[];
  readonly abstractSyntaxes?: readonly string[];
  readonly transferSyntaxes?: readonly string[];
  /** Maximum length, implementation class and version. */
  readonly user?: readonly (number | string | null)[];
  /** SOP class, SCU and SCP of each role selection. */
  readonly roles?: readonly (number | string)[];
  /** User identity: type, response requested, lengths. */
  readonly identity?: readonly number[];
  /** Result, source and reason; or source and reason. */
  readonly why?: readonly number[];
}

export interface DicomCount {
  readonly handshakes: Handshake[];
  /** Direction, as `source port > target port`, to what it carried. */
  readonly flows: Record<string, FlowCount>;
}

export function flowOf(count: DicomCount, source: number | string, target: number | string): FlowCount {
  const name = `${source} > ${target}`;
  count.flows[name] ??= { bytes: 0 };
  return count.flows[name];
}

export function add(flow: FlowCount, name: keyof FlowCount, more = 1): void {
  flow[name] = (flow[name] ?? 0) + more;
}

/** Counts with the sensor's own parts, below its records: a P-DATA-TF counts when it begins. */
export async function dicomCount(capture: Uint8Array): Promise<DicomCount> {
  const count: DicomCount = { handshakes: [], flows: {} };
  const flow = (slot: number, side: Side): FlowCount =>
    flowOf(count, tracker.slots.port(slot, side), tracker.slots.port(slot, (1 - side) as Side));
  const identified: Identified = {
    midStream: (slot) => (tracker.slots.flags[slot] & (Flag.initial | (Flag.initial << 1))) === 0,
    begin: (slot, _protocol, midStream) => new Counting(count, (side) => flow(slot, side), midStream),
    failed: (_slot, error) => {
      throw error;
    },
    ended: (slot, _how, protocol) => {
      if (protocol !== 'dicom') return;
      for (const side of [0, 1] as const) add(flow(slot, side), 'bytes', tracker.slots.covered[2 * slot + side]);
    },
    path: () => {},
  };
  const tracker: Tracker = new Tracker(limits, new Identifier([dicom], identified, limits));
  await feed(capture, tracker);
  return count;
}

const dicom = {
  name: 'dicom',
  recognise: recogniseDicom,
  recogniseMidStream: (held: Uint8Array, start: number, end: number) => findStep(held, start, end, 2) >= 0,
};

class Counting extends DicomAnalyzer {
  private readonly flow: (side: Side) => FlowCount;

  constructor(count: DicomCount, flow: (side: Side) => FlowCount, midStream: boolean) {
    const emit = (fact: Fact): void => {
      const handshake = handshakeOf(fact);
      if (handshake !== null) count.handshakes.push(handshake);
      if (fact.kind !== 'command') return;
      const direction = (fact.field & 0x8000) === 0 ? 'RQ' : 'RSP';
      add(flow(fact.side), `${commandName(fact.field & 0x7fff)}-${direction}` as keyof FlowCount);
    };
    super({ emit, hash: () => '', limits, reveal: false }, { midStream });
    this.flow = flow;
  }

  override dataBegins(side: Side, length: number, offset: number): void {
    add(this.flow(side), '0x04');
    super.dataBegins(side, length, offset);
  }

  override whole(side: Side, type: number, bytes: Uint8Array, start: number, end: number, offset: number): void {
    add(this.flow(side), `0x0${type}`);
    super.whole(side, type, bytes, start, end, offset);
  }
}

function handshakeOf(fact: Fact): Handshake | null {
  switch (fact.kind) {
    case 'associate-request':
      return {
        pdu: 'request',
        titles: `${fact.callingAe} > ${fact.calledAe}`,
        contexts: fact.contexts.map(({ id }) => id),
        abstractSyntaxes: fact.contexts.map(({ abstractSyntax }) => abstractSyntax),
        transferSyntaxes: fact.contexts.flatMap(({ transferSyntaxes }) => transferSyntaxes),
        ...userOf(fact.user),
      };
    case 'associate-accept': {
      const accepted = fact.contexts.filter(({ result }) => result === 0);
      return {
        pdu: 'accept',
        contexts: fact.contexts.map(({ id }) => id),
        results: fact.contexts.map(({ result }) => result),
        transferSyntaxes: accepted.map(({ transferSyntax }) => transferSyntax),
        ...userOf(fact.user),
      };
    }
    case 'associate-reject':
      return { pdu: 'reject', why: [fact.result, fact.source, fact.reason] };
    case 'abort':
      return { pdu: 'abort', why: [fact.source, fact.reason] };
    default:
      return null;
  }
}

const identityTypes = ['', 'username', 'username-passcode', 'kerberos', 'saml', 'jwt'];

function userOf(user: UserInformation): Pick<Handshake, 'user' | 'roles' | 'identity'> {
  const { maximumLength, implementationClassUid, implementationVersion, roles, identity } = user;
  return {
    user: [maximumLength, implementationClassUid, implementationVersion],
    roles: roles.flatMap(({ sopClass, scu, scp }) => [sopClass, Number(scu), Number(scp)]),
    identity: identity === null ? [] : identityNumbers(identity),
  };
}

/** The second length is of the passcode: other types have none to show. */
function identityNumbers({ type, responseRequested, primaryBytes, secondaryBytes }: UserIdentity): number[] {
  const numbers = [identityTypes.indexOf(type), Number(responseRequested), primaryBytes];
  return type === 'username-passcode' ? [...numbers, secondaryBytes] : numbers;
}

async function feed(capture: Uint8Array, tracker: Tracker): Promise<void> {
  const decoder = new Decoder(limits);
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      if (decoder.decode(batch, i) === Next.tcp) tracker.segment(decoder.packet, 0, 0, batch.frame[i]);
    }
  }
  tracker.finish();
}
