// Proves that what a batch encoder writes a decoder reads as the same records, batch after batch.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RecordBatch } from '../../src/model/records.ts';
import { BatchDecoder } from '../../src/store/batch-decoder.ts';
import { BatchEncoder } from '../../src/store/batch-encoder.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  sighting,
  tlsSession,
} from '../support/records.ts';

function everything(n: number, text: string): RecordBatch {
  const [id, a] = [`c${n}`, `a${n}`];
  return batch({
    connections: [connection(id, { vlan: [1, 2, n], why: text })],
    associations: [association(a, id, { studies: '10000+', patients: n, accepted: null, callingAe: text })],
    operations: [operation(`o${n}`, a, id, { status: 0xff00, requestBytes: 3e9 }), operation('x', a, id)],
    exposures: [exposure(a, id, { revealed: { PatientName: [text] } })],
    endpoints: [sighting(a, id), sighting(a, id, { sopClasses: [], port: null })],
    tlsSessions: [tlsSession(`t${n}`, id)],
    findings: [finding('phi-cleartext', a, id, { summary: text, evidence: { text } }), finding('x', null, id)],
  });
}

/** As they are after their way through both, with the fields of plain objects. */
function sent(...batches: RecordBatch[]): unknown[] {
  const [encoder, decoder] = [new BatchEncoder(), new BatchDecoder()];
  return batches.map((one) => {
    encoder.add(one);
    return JSON.parse(JSON.stringify([...decoder.decode(encoder.take())]))[0];
  });
}

describe('records', () => {
  it('of every kind come out as they went in', () => {
    const batches = [everything(1, 'once'), everything(2, 'once'), batch(), everything(200, 'twice')];
    expect(sent(...batches)).toEqual(batches);
  });

  it('come out whatever their strings', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 300 }), { maxLength: 4 }), (texts) => {
        const batches = texts.map((text, n) => everything(n, text));
        expect(sent(...batches)).toEqual(batches);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  it('come out whatever their numbers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger(), (a, b, c) => {
        const numbers = batch({ connections: [connection('c', { start: a, end: c, clientBytes: b + 0 })] });
        expect(sent(numbers)).toEqual([JSON.parse(JSON.stringify(numbers))]);
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  it('come out in whatever order their fields were made', () => {
    const { id, ...rest } = connection('c1');
    const other = batch({ connections: [{ ...rest, id }] });
    expect(sent(other, other)).toEqual([other, other]);
  });
});

it('begins anew with its numbers before they take much memory', () => {
  const many = Array.from({ length: 50 }, (_, n) =>
    batch({ connections: Array.from({ length: 1000 }, (_, i) => connection('c', { why: `why ${n} ${i}` })) }),
  );
  const [encoder, decoder] = [new BatchEncoder(), new BatchDecoder()];
  const flags = many.map((one) => {
    encoder.add(one);
    const bytes = encoder.take();
    expect(JSON.parse(JSON.stringify([...decoder.decode(bytes)]))).toEqual([one]);
    return bytes[0];
  });
  expect(flags.filter((flag) => flag === 1)).toHaveLength(2);
});

it('writes batches one after the other', () => {
  const batches = [everything(1, 'once'), batch(), everything(2, 'twice')];
  const encoder = new BatchEncoder();
  for (const one of batches) encoder.add(one);
  expect(JSON.parse(JSON.stringify([...new BatchDecoder().decode(encoder.take())]))).toEqual(batches);
  expect(encoder.length).toBe(0);
});

it('uses memory again', () => {
  const encoder = new BatchEncoder();
  encoder.add(everything(1, 'x'));
  const first = encoder.take();
  encoder.reuse(first.buffer);
  encoder.add(everything(1, 'x'));
  expect(encoder.take().buffer).toBe(first.buffer);
});

it('hands over at most 120 bytes a record that is like those before, where JSON takes 700', () => {
  const batches = [1, 2, 3].map((n) => everything(n, 'text'));
  const encoder = new BatchEncoder();
  const bytes = batches.map((one) => {
    encoder.add(one);
    return encoder.take().byteLength;
  });
  const records = Object.values(batches[0]).flat().length;
  expect(bytes[2] / records).toBeLessThan(120);
  expect(JSON.stringify(batches[2]).length / records).toBeGreaterThan(600);
});
