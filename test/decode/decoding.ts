import { Decoder } from '../../src/decode/decode.ts';
import { tunnelText } from '../../src/decode/tunnel.ts';
import { limits as defaultLimits, type Limits } from '../../src/model/limits.ts';
import { batchOf } from '../support/batch.ts';
import { linkTypes } from '../support/link.ts';

export interface Decoded {
  readonly next: number;
  readonly sequence: number;
  readonly ports: [number, number];
  readonly vlans: number[];
  /** As records write them. */
  readonly tunnel: string[];
  readonly payload: string;
  /** Payload bytes on the wire. */
  readonly length: number;
}

export interface DecodingOptions {
  readonly linkType?: number;
  readonly limits?: Partial<Limits>;
  /** Bytes captured of each frame. */
  readonly snapLength?: number;
  readonly decoder?: Decoder;
  /** Time of the frames, in seconds. */
  readonly seconds?: number;
}

/** Packet time of each decoder made here, in milliseconds. */
const clocks = new WeakMap<Decoder, { ms: number }>();

export function makeDecoder(limits: Partial<Limits> = {}): Decoder {
  const clock = { ms: 0 };
  const decoder = new Decoder({ ...defaultLimits, ...limits }, () => clock.ms);
  clocks.set(decoder, clock);
  return decoder;
}

/** What one decoder makes of frames, in order. */
export function decodeAll(frames: readonly Uint8Array[], options: DecodingOptions = {}): Decoded[] {
  const decoder = options.decoder ?? makeDecoder(options.limits);
  const seconds = options.seconds ?? 1;
  const clock = clocks.get(decoder);
  if (clock !== undefined) clock.ms = seconds * 1000;
  const list = frames.map((bytes) => ({
    bytes: bytes.subarray(0, options.snapLength),
    original: bytes.length,
    seconds,
    nanos: 0,
  }));
  const batch = batchOf(list, options.linkType ?? linkTypes.ethernet);
  return list.map((_, i) => {
    const next = decoder.decode(batch, i);
    const { packet } = decoder;
    return {
      next,
      sequence: packet.sequence,
      ports: [packet.sourcePort, packet.targetPort],
      vlans: Array.from(packet.vlans.subarray(0, packet.vlanCount)),
      tunnel: Array.from(packet.tunnelKinds.subarray(0, packet.tunnelCount), (kind, depth) =>
        tunnelText(kind, packet.tunnelIds[depth]),
      ),
      payload: Buffer.from(packet.bytes.subarray(packet.payloadStart, packet.payloadEnd)).toString('hex'),
      length: packet.payloadLength,
    };
  });
}

export function decodeOne(frame: Uint8Array, options: DecodingOptions = {}): Decoded {
  return decodeAll([frame], options)[0];
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
