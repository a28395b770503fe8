import { merge, type Series } from '../../src/capture/merge.ts';
import { openCapture } from '../../src/capture/open.ts';
import { groupSeries } from '../../src/capture/series.ts';
import { keyedHash } from '../../src/hash-key.ts';
import { captureId } from '../../src/ledger/ids.ts';
import { noHistory } from '../../src/model/history.ts';
import type { RecordBatch } from '../../src/model/records.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { Sensor } from '../../src/sensor.ts';
import { chunkedSource } from './chunks.ts';
import { testKey } from './replay.ts';

export interface NamedCapture {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What one replay of these files writes into the store: rings by their names, series merged on packet time. */
export async function batchesOf(files: readonly NamedCapture[]): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  const sensor = new Sensor({
    policy: withoutPolicy,
    history: noHistory,
    hash: keyedHash(testKey),
    write: (batch) => batches.push(structuredClone(batch)),
    bug: (error) => {
      throw error;
    },
  });
  const dated = [];
  for (const { name, bytes } of files) {
    const first = await firstOf(bytes);
    dated.push({ path: name, bytes, firstTime: first && { seconds: first.seconds[0], nanos: first.nanos[0] } });
  }
  const series = groupSeries(dated).map((ring) => seriesOf(ring, sensor));
  await merge(
    series,
    (batch, from, to, input) => sensor.packets(batch, from, to, input),
    () => false,
  );
  sensor.finish();
  return batches;
}

interface DatedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly firstTime: Series['firstTime'];
}

function seriesOf(ring: readonly DatedFile[], sensor: Sensor): Series {
  const packets = (async function* () {
    for (const { path, bytes } of ring) {
      const reader = await readerOf(bytes);
      let input = -1;
      for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
        if (input < 0) input = sensor.input(idOf(path, batch));
        yield { batch, input };
      }
    }
  })();
  return {
    firstTime: ring[0].firstTime,
    next: async () => (await packets.next()).value ?? null,
  };
}

type Batch = NonNullable<Awaited<ReturnType<typeof firstOf>>>;

async function firstOf(bytes: Uint8Array) {
  return (await readerOf(bytes)).next();
}

async function readerOf(bytes: Uint8Array) {
  const reader = await openCapture(chunkedSource(bytes, bytes.length));
  if (reader.format === null) throw new Error(reader.reason);
  return reader;
}

/** As the program names a capture. */
function idOf(name: string, { bytes, start, captured, linkType, seconds, nanos }: Batch): string {
  return captureId(name, linkType[0], bytes.subarray(start[0], start[0] + captured[0]), seconds[0], nanos[0]);
}

/** The id of the capture that these bytes are under this name. */
export async function captureIdOf({ name, bytes }: NamedCapture): Promise<string> {
  const first = await firstOf(bytes);
  if (first === null) throw new Error(`${name} has no packet`);
  return idOf(name, first);
}
