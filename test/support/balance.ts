import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import { limits } from '../../src/model/limits.ts';
import { type LossCause, lossCauses, markCauses } from '../../src/model/records.ts';
import { chunkedSource } from './chunks.ts';
import type { Replayed } from './replay.ts';

/** Causes of packets that are TCP segments: of the rest each holds whole packets that never became one. */
const ofSegments: readonly LossCause[] = [
  'truncated',
  'duplicate',
  'retransmitted',
  'out-of-window',
  'after-reset',
  'missed',
  'not-parsed',
  'not-scanned',
  'not-identified',
  'bug',
  ...markCauses,
];
export const packetCauses = lossCauses.filter((cause) => !ofSegments.includes(cause));

/** Causes of segments' bytes that no stream had a place for. */
const besideStreams: readonly LossCause[] = ['duplicate', 'retransmitted', 'out-of-window', 'after-reset'];

/** TCP segments of a capture and the bytes in them, by a decoder of its own. */
export interface Segments {
  readonly count: number;
  readonly bytes: number;
}

export async function segmentsOf(capture: Uint8Array): Promise<Segments> {
  const reader = await openCapture(chunkedSource(capture, capture.length));
  if (reader.format === null) throw new Error(reader.reason);
  let ms = 0;
  const decoder = new Decoder(limits, () => ms);
  let count = 0;
  let bytes = 0;
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      ms = batch.seconds[i] * 1000 + Math.floor(batch.nanos[i] / 1e6);
      if (decoder.decode(batch, i) !== Next.tcp) continue;
      count++;
      bytes += decoder.packet.payloadLength;
    }
  }
  return { count, bytes };
}

/** What of a replay does not add up; nothing when every packet and every byte is in exactly one place. */
export function imbalances(
  replayed: Pick<Replayed, 'totals' | 'losses' | 'streamBytes' | 'tcp' | 'bytes'>,
  segments: Segments,
): string[] {
  const { totals, losses, streamBytes, tcp, bytes } = replayed;
  const wrong: string[] = [];
  const same = (what: string, one: number, other: number): void => {
    if (one !== other) wrong.push(`${what}: ${one} is not ${other}`);
  };
  const packets = (causes: readonly LossCause[]) => causes.reduce((sum, one) => sum + (losses[one]?.packets ?? 0), 0);
  const lost = (causes: readonly LossCause[]) => causes.reduce((sum, one) => sum + (losses[one]?.bytes ?? 0), 0);
  const { identified } = streamBytes;

  same('segments', streamBytes.segments, segments.count);
  same('packets', totals.packets, segments.count + packets(packetCauses));
  same('bytes of segments', segments.bytes, streamBytes.covered + lost(besideStreams));
  const sums = { covered: 0, missed: 0, identified: 0 };
  for (const [i, record] of tcp.entries()) {
    const what = `${record.clientPort} > ${record.serverPort}`;
    const ours = record.protocol === 'dicom' || record.protocol === 'tls';
    const [one, other] = bytes[i];
    same(`${what} covered`, one.covered + other.covered, record.clientBytes + record.serverBytes);
    same(`${what} missed`, one.missed + other.missed, record.clientMissed + record.serverMissed);
    sums.covered += one.covered + other.covered;
    sums.missed += one.missed + other.missed;
    if (!ours) continue;
    sums.identified += one.covered + other.covered;
    for (const { covered, truncated, account } of bytes[i]) {
      same(`${what} read`, covered, truncated + (account?.total ?? 0));
    }
  }
  same('covered', streamBytes.covered, sums.covered);
  same('missed', streamBytes.missed, sums.missed);
  same('covered by identified', identified.covered, sums.identified);
  const { covered, missed, ...places } = identified;
  same(
    'read',
    covered,
    Object.values(places).reduce((sum, count) => sum + count),
  );
  same('losses.missed', lost(['missed']), missed);
  same('not parsed', lost(['not-parsed']), places.lostStep + places.malformed + places.givenUp + places.notBegun);
  same('not scanned', lost(['not-scanned']), places.notScanned);
  same('not identified', lost(['not-identified']), streamBytes.covered - covered);
  return wrong;
}
