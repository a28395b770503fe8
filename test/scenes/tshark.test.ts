// Proves that for each capture AE titles, PDUs by type, DIMSE messages and TCP payload bytes of each direction agree with
// tshark's; where they do not, the difference is listed here with its reason, and must be exactly that.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { add, type DicomCount, dicomCount, type FlowCount, flowOf } from '../support/dicom-count.ts';
import { captureBytes, others, othersAreHere, sceneName, scenePath, scenes } from '../support/scenes.ts';
import { tsharkRows } from '../support/tshark.ts';

/** Where tshark 4.0.17 is wrong or blind: what it leaves out, by direction. */
const differences: Record<string, Difference> = {
  'ack-before-data': {
    reason: `Frame 39 is the fourth of five segments of the second A-ASSOCIATE-RQ, and its acknowledgement comes before it,
      in frame 38. tshark takes it for a spurious retransmission and drops it, so the request is never whole.`,
    titles: ['RESEARCH > ARCHIVE'],
    flows: { '59900 > 11112': { bytes: 1448, '0x01': 1 } },
  },
  'client-killed': {
    reason: `The client's stream ends (FIN, frame 52) inside its third P-DATA-TF: tshark shows PDUs when they are whole, and
      we when they begin.`,
    flows: { '53996 > 11112': { bytes: 0, '0x04': 1 } },
  },
  reset: {
    reason: 'The server resets the connection (frame 114) inside the ninth P-DATA-TF, as above.',
    flows: { '48448 > 11112': { bytes: 0, '0x04': 1 } },
  },
  'store-syntaxes': {
    reason: `tshark reads deflated and encapsulated bytes as elements. The last of them has a length that goes beyond the data
      set, and tshark looks for the rest of it in what follows in that presentation context: the response's command
      set. So it does not name the C-STORE-RSP of frames 76 (deflated), 96, 116 (JPEG) and 136 (RLE).`,
    flows: {
      '11112 > 41186': { bytes: 0, 'C-STORE-RSP': 1 },
      '11112 > 41196': { bytes: 0, 'C-STORE-RSP': 1 },
      '11112 > 41210': { bytes: 0, 'C-STORE-RSP': 1 },
      '11112 > 41216': { bytes: 0, 'C-STORE-RSP': 1 },
    },
  },
};

/**
 * Captures in which tshark must be told the port. By itself it finds DICOM on any port only by an A-ASSOCIATE-RQ that
 * begins a segment of ten bytes or more.
 */
const told: Record<string, string> = {
  'ack-before-data': 'the request is not read, see above',
  midstream: 'begins after the request',
  'midstream-large': 'begins after the request',
  'tiny-segments': 'the first 80 bytes come in segments of one',
};

interface Difference {
  readonly reason: string;
  readonly titles?: readonly string[];
  readonly flows: Readonly<Record<string, FlowCount>>;
}

const captures = [
  ...scenes().map((file) => ({ name: sceneName(file), path: scenePath(file) })),
  ...(othersAreHere
    ? readdirSync(others)
        .filter((file) => file.endsWith('.pcap'))
        .map((file) => ({ name: sceneName(file), path: join(others, file) }))
    : []),
];

describe.concurrent('tshark as referee', () => {
  for (const { name, path } of captures) {
    it(`agrees on ${name}`, async () => {
      const theirs = await tsharkCount(path, name in told);
      const difference = differences[name];
      if (difference !== undefined) leaveIn(theirs, difference);
      expect(await dicomCount(captureBytes(path))).toEqual(theirs);
    });
  }
});

function leaveIn(count: DicomCount, { titles, flows }: Difference): void {
  count.titles.push(...(titles ?? []));
  count.titles.sort();
  for (const [name, left] of Object.entries(flows)) {
    const [source, target] = name.split(' > ');
    const flow = flowOf(count, source, target);
    for (const [what, times] of Object.entries(left)) add(flow, what as keyof FlowCount, times);
  }
}

const fields = [
  'tcp.stream',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.len',
  'tcp.analysis.retransmission',
  'dicom.pdu.type',
  'dicom.assoc.ae.calling',
  'dicom.assoc.ae.called',
  'dicom', // The line of each PDU, such as `DICOM, C-STORE-RQ ID=1`.
];

async function tsharkCount(path: string, portTold: boolean): Promise<DicomCount> {
  const options = ['-o', 'dicom.heuristic:TRUE', ...(portTold ? ['-d', 'tcp.port==11112,dicom'] : [])];
  const packets = await tsharkRows(path, 'tcp', fields, options);
  const withDicom = new Set(packets.filter((packet) => packet[8].length > 0).map(([[stream]]) => stream));
  const count: DicomCount = { titles: [], flows: {} };
  for (const [[stream], [source], [target], [length], again, types, calling, called, lines] of packets) {
    if (!withDicom.has(stream)) continue;
    const flow = flowOf(count, source, target);
    if (again.length === 0) add(flow, 'bytes', Number(length));
    for (const type of types) add(flow, type as keyof FlowCount);
    for (const [message] of lines.join('\n').matchAll(/[CN]-[A-Z-]+-(RQ|RSP)(?!-DATA)/g)) {
      add(flow, message as keyof FlowCount);
    }
    if (types.includes('0x01')) count.titles.push(`${calling[0].trim()} > ${called[0].trim()}`);
  }
  count.titles.sort();
  return count;
}
