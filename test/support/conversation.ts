import type { Frame } from './capture.ts';
import { ethernet } from './link.ts';
import { ip, tcp, tcpOption } from './packet.ts';

export type Speaker = 'client' | 'server';

/** What happens on the wire, in order. */
export type Turn =
  | { readonly turn: 'data'; readonly from: Speaker; readonly bytes: Uint8Array }
  | { readonly turn: 'fin' | 'reset' | 'acknowledge'; readonly from: Speaker }
  | { readonly turn: 'pause'; readonly micros: number };

export const client = (bytes: Uint8Array): Turn => ({ turn: 'data', from: 'client', bytes });
export const server = (bytes: Uint8Array): Turn => ({ turn: 'data', from: 'server', bytes });
export const fin = (from: Speaker): Turn => ({ turn: 'fin', from });
export const reset = (from: Speaker): Turn => ({ turn: 'reset', from });
export const acknowledge = (from: Speaker): Turn => ({ turn: 'acknowledge', from });
export const pause = (micros: number): Turn => ({ turn: 'pause', micros });

export interface End {
  readonly address: string;
  readonly port: number;
  readonly mac: string;
  /** Initial sequence number: that of the SYN; data begins one later. */
  readonly sequence: number;
  /** Payload bytes a segment it sends carries at most. */
  readonly mss: number;
}

export interface ConversationOptions {
  readonly client?: Partial<End>;
  readonly server?: Partial<End>;
  /** `mid-stream` leaves the three packets of the handshake out. */
  readonly begin?: 'handshake' | 'mid-stream';
  /** Leaves the other speaker's packets out. */
  readonly only?: Speaker;
  /** Segments after which the receiver sends a bare acknowledgement; one follows each turn too. 0: never. */
  readonly acknowledgeEvery?: number;
  /** Time of the first packet, microseconds since 1970. */
  readonly at?: number;
  /** Time between packets. */
  readonly stepMicros?: number;
  /** Frames an IP packet; Ethernet between the two MAC addresses unless given. */
  readonly link?: (packet: Uint8Array, from: Speaker) => Uint8Array;
}

/** Where a conversation takes place. */
export interface Path {
  readonly client: End;
  readonly server: End;
  readonly link: (packet: Uint8Array, from: Speaker) => Uint8Array;
}

/** One packet before it is made: tests change the list, then ask for its frames. */
export interface Segment {
  readonly path: Path;
  readonly from: Speaker;
  readonly sequence: number;
  readonly acknowledgement: number;
  readonly flags: string;
  readonly payload: Uint8Array;
  readonly options: Uint8Array;
  readonly ipId: number;
  /** Microseconds since 1970. */
  readonly at: number;
}

/** Monday 2026-01-05 08:00 UTC: when conversations begin unless told. */
export const defaultStart = Date.UTC(2026, 0, 5, 8) * 1000;

const defaultClient: End = {
  address: '10.0.0.1',
  port: 50_000,
  mac: '02:00:00:00:00:01',
  sequence: 1_000_000,
  mss: 1460,
};

const defaultServer: End = {
  address: '10.0.0.2',
  port: 104,
  mac: '02:00:00:00:00:02',
  sequence: 5_000_000,
  mss: 1460,
};

/** A TCP conversation: the packets of a dialogue, with right numbers. It ends as the dialogue does: say `fin`. */
export function conversation(dialogue: readonly Turn[], options: ConversationOptions = {}): Segment[] {
  const speakers = new Wire(options);
  if ((options.begin ?? 'handshake') === 'handshake') speakers.shakeHands();
  else speakers.joinMidStream();
  for (const turn of dialogue) speakers.take(turn);
  return options.only ? speakers.segments.filter((segment) => segment.from === options.only) : speakers.segments;
}

/** The frame of one segment. */
export function frame(segment: Segment): Frame {
  const { path, from } = segment;
  const source = path[from];
  const target = path[other(from)];
  const ends = { source: source.address, target: target.address };
  const payload = tcp(segment.payload, {
    ...ends,
    sourcePort: source.port,
    targetPort: target.port,
    sequence: segment.sequence,
    acknowledgement: segment.acknowledgement,
    flags: segment.flags,
    options: segment.options,
  });
  const packet = ip(payload, { ...ends, id: segment.ipId, dontFragment: true });
  return { bytes: path.link(packet, from), ...stamp(segment.at) };
}

export function frames(segments: readonly Segment[]): Frame[] {
  return segments.map(frame);
}

/** Microseconds since 1970 as a frame's time. */
export function stamp(micros: number): { seconds: number; nanos: number } {
  const seconds = Math.floor(micros / 1e6);
  return { seconds, nanos: Math.round(micros - seconds * 1e6) * 1000 };
}

function other(speaker: Speaker): Speaker {
  return speaker === 'client' ? 'server' : 'client';
}

/** The two ends' next numbers while a dialogue is turned into segments. */
class Wire {
  readonly segments: Segment[] = [];
  private readonly path: Path;
  private readonly next: Record<Speaker, number>;
  private readonly ipIds: Record<Speaker, number> = { client: 1, server: 0x4000 };
  private readonly stepMicros: number;
  private readonly acknowledgeEvery: number;
  private now: number;

  constructor(options: ConversationOptions) {
    const ends = { client: { ...defaultClient, ...options.client }, server: { ...defaultServer, ...options.server } };
    const framed = (packet: Uint8Array, from: Speaker) =>
      ethernet(packet, { source: ends[from].mac, target: ends[other(from)].mac });
    this.path = { ...ends, link: options.link ?? framed };
    this.next = { client: ends.client.sequence, server: ends.server.sequence };
    this.now = options.at ?? defaultStart;
    this.stepMicros = options.stepMicros ?? 100;
    this.acknowledgeEvery = options.acknowledgeEvery ?? 2;
  }

  shakeHands(): void {
    this.send('client', 'S', { options: tcpOption.maximumSegmentSize(this.path.server.mss), acknowledgement: 0 });
    this.send('server', 'SA', {
      options: tcpOption.maximumSegmentSize(this.path.client.mss),
      acknowledgement: (this.path.client.sequence + 1) >>> 0,
    });
    this.send('client', 'A');
  }

  joinMidStream(): void {
    this.next.client = (this.next.client + 1) >>> 0;
    this.next.server = (this.next.server + 1) >>> 0;
  }

  take(turn: Turn): void {
    if (turn.turn === 'data') this.say(turn.from, turn.bytes);
    else if (turn.turn === 'pause') this.now += turn.micros;
    else if (turn.turn === 'acknowledge') this.send(turn.from, 'A');
    else if (turn.turn === 'reset') this.send(turn.from, 'RA');
    else {
      this.send(turn.from, 'FA');
      if (this.acknowledgeEvery > 0) this.send(other(turn.from), 'A');
    }
  }

  private say(from: Speaker, bytes: Uint8Array): void {
    const { mss } = this.path[from];
    let unacknowledged = 0;
    for (let at = 0; at < bytes.length; at += mss) {
      const payload = bytes.slice(at, at + mss);
      const last = at + mss >= bytes.length;
      this.send(from, last ? 'PA' : 'A', { payload });
      unacknowledged++;
      if (this.acknowledgeEvery === 0 || (!last && unacknowledged < this.acknowledgeEvery)) continue;
      this.send(other(from), 'A');
      unacknowledged = 0;
    }
  }

  private send(from: Speaker, flags: string, given: Partial<Segment> = {}): void {
    const payload = given.payload ?? new Uint8Array(0);
    this.segments.push({
      path: this.path,
      from,
      sequence: this.next[from],
      acknowledgement: this.next[other(from)],
      flags,
      payload,
      options: new Uint8Array(0),
      ipId: this.ipIds[from],
      at: this.now,
      ...given,
    });
    const numbered = payload.length + (/[SF]/.test(flags) ? 1 : 0);
    this.next[from] = (this.next[from] + numbered) >>> 0;
    this.ipIds[from] = (this.ipIds[from] + 1) & 0xffff;
    this.now += this.stepMicros;
  }
}
