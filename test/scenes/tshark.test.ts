// Proves that for each capture associations, PDUs by type, DIMSE messages, AE titles and TCP payload bytes agree with
// tshark's; where they do not, the difference is listed here with its reason.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openCapture } from '../../src/capture/open.ts';
import { Decoder } from '../../src/decode/decode.ts';
import { Next } from '../../src/decode/packet.ts';
import type { Fact, Side } from '../../src/model/facts.ts';
import { limits } from '../../src/model/limits.ts';
import { DicomAnalyzer } from '../../src/protocols/dicom/analyzer.ts';
import { commandName } from '../../src/protocols/dicom/dimse.ts';
import { recogniseDicom } from '../../src/protocols/dicom/recognise.ts';
import { findStep } from '../../src/protocols/dicom/resync.ts';
import { Identifier } from '../../src/protocols/identify.ts';
import { Flag } from '../../src/tcp/slots.ts';
import { Tracker } from '../../src/tcp/tracker.ts';
import { chunkedSource } from '../support/chunks.ts';
import { captureBytes, others, othersAreHere, scenePath, scenes } from '../support/scenes.ts';

/** Sums over a capture, as both sides count them. */
interface Sums {
  /** PDU type in hexadecimal to how many. */
  pdus: Record<string, number>;
  /** DIMSE message such as `C-STORE-RQ` to how many. */
  messages: Record<string, number>;
  /** `CALLING > CALLED` of each request, sorted. */
  titles: string[];
  /** `address:port > address:port` to payload bytes, for streams with DICOM. */
  payload: Record<string, number>;
}

/** Where tshark and we differ: tshark's sums are corrected by what its fault left out. */
const differences: Record<string, { readonly reason: string; readonly correct: (tshark: Sums, ours: Sums) => void }> =
  {};

const captures = [
  ...scenes().map((name) => ({ name, path: scenePath(name) })),
  ...(othersAreHere
    ? readdirSync(others)
        .filter((name) => name.endsWith('.pcap'))
        .map((name) => ({ name, path: join(others, name) }))
    : []),
];

describe('tshark as referee', () => {
  for (const { name, path } of captures) {
    it(`agrees on ${name}`, async () => {
      const bytes = captureBytes(path);
      const ours = await oursOf(bytes);
      const theirs = tsharkOf(bytes);
      differences[name]?.correct(theirs, ours);
      expect(ours).toEqual(theirs);
    });
  }
});

/** Counts every PDU and message with the sensor's own parts. */
async function oursOf(bytes: Uint8Array): Promise<Sums> {
  const sums: Sums = { pdus: {}, messages: {}, titles: [], payload: {} };
  const count = (of: Record<string, number>, key: string): void => {
    of[key] = (of[key] ?? 0) + 1;
  };
  class Counting extends DicomAnalyzer {
    override dataBegins(side: Side): void {
      count(sums.pdus, '0x04');
      super.dataBegins(side);
    }
    override whole(side: Side, type: number, body: Uint8Array, start: number, end: number, offset: number): void {
      count(sums.pdus, `0x0${type}`);
      super.whole(side, type, body, start, end, offset);
    }
  }
  const emit = (fact: Fact): void => {
    if (fact.kind === 'associate-request') sums.titles.push(`${fact.callingAe} > ${fact.calledAe}`);
    if (fact.kind !== 'command') return;
    const request = (fact.field & 0x8000) === 0;
    count(sums.messages, `${commandName(fact.field & 0x7fff)}-${request ? 'RQ' : 'RSP'}`);
  };
  const decoder = new Decoder(limits);
  const protocols = [
    {
      name: 'dicom',
      recognise: recogniseDicom,
      recogniseMidStream: (held: Uint8Array, start: number, end: number) => findStep(held, start, end, 2) >= 0,
    },
  ];
  const identifier = new Identifier(
    protocols,
    {
      midStream: (slot) => (tracker.slots.flags[slot] & (Flag.initial | (Flag.initial << 1))) === 0,
      begin: (_slot, _protocol, midStream) =>
        new Counting({ emit, hash: () => '', limits, reveal: false }, { midStream }),
      failed: (_slot, error) => {
        throw error;
      },
      ended: (slot, _how, protocol) => {
        if (protocol !== 'dicom') return;
        for (const side of [0, 1] as const) {
          const from = `${tracker.slots.port(slot, side)} > ${tracker.slots.port(slot, (1 - side) as Side)}`;
          sums.payload[from] = (sums.payload[from] ?? 0) + tracker.slots.covered[2 * slot + side];
        }
      },
      vlans: () => {},
    },
    limits,
  );
  const tracker: Tracker = new Tracker(limits, identifier);
  const reader = await openCapture(chunkedSource(bytes, bytes.length));
  if (reader.format === null) throw new Error(reader.reason);
  for (let batch = await reader.next(); batch !== null; batch = await reader.next()) {
    for (let i = 0; i < batch.count; i++) {
      tracker.tick(batch.seconds[i], batch.nanos[i]);
      if (decoder.decode(batch, i) === Next.tcp) tracker.segment(decoder.packet, 0, 0, batch.frame[i]);
    }
  }
  tracker.finish();
  sums.titles.sort();
  return sums;
}

function tsharkOf(bytes: Uint8Array): Sums {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-'));
  try {
    const path = join(folder, 'capture');
    writeFileSync(path, bytes);
    // Its heuristic finds DICOM on any port, and it may look for retransmissions on its own terms.
    const options = ['-r', path, '-n', '-o', 'dicom.heuristic:TRUE'];
    const run = (more: readonly string[]): string =>
      spawnSync('tshark', [...options, ...more], { encoding: 'utf8', maxBuffer: 1 << 28 }).stdout;
    return tsharkSums(run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function tsharkSums(run: (more: readonly string[]) => string): Sums {
  const sums: Sums = { pdus: {}, messages: {}, titles: [], payload: {} };
  const fields = ['tcp.stream', 'dicom.pdu.type', 'dicom.assoc.ae.calling', 'dicom.assoc.ae.called'];
  const columns = fields.flatMap((field) => ['-e', field]);
  const streams = new Set<string>();
  for (const row of rows(run(['-Y', 'dicom', '-T', 'fields', ...columns]))) {
    const [stream, types, calling, called] = row;
    streams.add(stream);
    for (const type of types.split(',').filter((text) => text !== '')) sums.pdus[type] = (sums.pdus[type] ?? 0) + 1;
    if (types.split(',').includes('0x01'))
      sums.titles.push(`${calling.split(',')[0].trim()} > ${called.split(',')[0].trim()}`);
  }
  for (const [, name] of run(['-Y', 'dicom', '-V']).matchAll(/\(0000,0100\).*Command Field\s+(\S+)/g)) {
    sums.messages[name] = (sums.messages[name] ?? 0) + 1;
  }
  const tcp = ['tcp.stream', 'tcp.srcport', 'tcp.dstport', 'tcp.len', 'tcp.analysis.retransmission'];
  for (const [stream, source, target, length, again] of rows(
    run(['-Y', 'tcp', '-T', 'fields', ...tcp.flatMap((field) => ['-e', field])]),
  )) {
    if (!streams.has(stream)) continue;
    const from = `${source} > ${target}`;
    sums.payload[from] = (sums.payload[from] ?? 0) + (again === '' ? Number(length) : 0);
  }
  sums.titles.sort();
  return sums;
}

function rows(text: string): string[][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
