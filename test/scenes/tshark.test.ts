// Proves that for each capture what associations negotiate, PDUs by type, DIMSE messages and TCP payload bytes of each
// direction agree with tshark's; where they do not, the difference is listed here with its reason, and is exactly that.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { add, type DicomCount, dicomCount, type FlowCount, flowOf, type Handshake } from '../support/dicom-count.ts';
import { captureBytes, others, othersAreHere, sceneName, scenePath, scenes } from '../support/scenes.ts';
import { tsharkRows } from '../support/tshark.ts';

/** Where tshark 4.0.17 is wrong or blind: what it leaves out, by direction. */
const differences: Record<string, Difference> = {
  'ack-before-data': {
    reason: `Frame 39 is the fourth of five segments of the second A-ASSOCIATE-RQ, and its acknowledgement comes before it,
      in frame 38. tshark takes it for a spurious retransmission and drops it, so the request is never whole.`,
    requests: 1,
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
  /** A-ASSOCIATE-RQ that it does not show, of those at the end. */
  readonly requests?: number;
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
      const ours = await dicomCount(captureBytes(path));
      if (difference !== undefined) leaveIn(theirs, difference, ours);
      expect(ours).toEqual(theirs);
    });
  }
});

function leaveIn(count: DicomCount, { requests, flows }: Difference, ours: DicomCount): void {
  const left = ours.handshakes.filter(({ pdu }) => pdu === 'request').slice(-(requests ?? 0) || Infinity);
  for (const request of left) count.handshakes.splice(ours.handshakes.indexOf(request), 0, request);
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
  'dicom', // The line of each PDU, such as `DICOM, C-STORE-RQ ID=1`.
  'dicom.pdu.type',
  'dicom.assoc.ae.calling',
  'dicom.assoc.ae.called',
  'dicom.pctx.id',
  'dicom.pctx.result',
  'dicom.pctx.abss.syntax',
  'dicom.pctx.xfer.syntax',
  'dicom.max_pdu_len',
  'dicom.userinfo.uid',
  'dicom.userinfo.version',
  'dicom.userinfo.rolesel.sopclassuid',
  'dicom.userinfo.rolesel.scurole',
  'dicom.userinfo.rolesel.scprole',
  'dicom.userinfo.user_identify.type',
  'dicom.userinfo.user_identify.response_requested',
  'dicom.userinfo.user_identify.primary_field_length',
  'dicom.userinfo.user_identify.secondary_field_length',
  'dicom.assoc.reject.result',
  'dicom.assoc.reject.source',
  'dicom.assoc.reject.reason',
  'dicom.assoc.abort.source',
  'dicom.assoc.abort.reason',
] as const;

type Texts = Readonly<Record<(typeof fields)[number], readonly string[]>>;

async function tsharkCount(path: string, portTold: boolean): Promise<DicomCount> {
  const options = ['-o', 'dicom.heuristic:TRUE', ...(portTold ? ['-d', 'tcp.port==11112,dicom'] : [])];
  const rows = await tsharkRows(path, 'tcp', fields, options);
  const packets = rows.map((row) => Object.fromEntries(fields.map((field, i) => [field, row[i]])) as unknown as Texts);
  const withDicom = new Set(packets.filter(({ dicom }) => dicom.length > 0).map((packet) => packet['tcp.stream'][0]));
  const count: DicomCount = { handshakes: [], flows: {} };
  for (const packet of packets) {
    if (!withDicom.has(packet['tcp.stream'][0])) continue;
    const flow = flowOf(count, packet['tcp.srcport'][0], packet['tcp.dstport'][0]);
    if (packet['tcp.analysis.retransmission'].length === 0) add(flow, 'bytes', Number(packet['tcp.len'][0]));
    for (const type of packet['dicom.pdu.type']) add(flow, type as keyof FlowCount);
    for (const [message] of packet.dicom.join('\n').matchAll(/[CN]-[A-Z-]+-(RQ|RSP)(?!-DATA)/g)) {
      add(flow, message as keyof FlowCount);
    }
    const handshake = handshakeOf(packet);
    if (handshake !== null) count.handshakes.push(handshake);
  }
  return count;
}

function handshakeOf(packet: Texts): Handshake | null {
  const numbers = (...names: readonly (typeof fields)[number][]): number[] =>
    names.flatMap((name) => packet[name].map(Number));
  const user = {
    user: [
      ...numbers('dicom.max_pdu_len'),
      packet['dicom.userinfo.uid'][0] ?? null,
      packet['dicom.userinfo.version'][0] ?? null,
    ],
    roles: packet['dicom.userinfo.rolesel.sopclassuid'].flatMap((sopClass, i) => [
      uidOf(sopClass),
      Number(packet['dicom.userinfo.rolesel.scurole'][i]),
      Number(packet['dicom.userinfo.rolesel.scprole'][i]),
    ]),
    identity: numbers(
      'dicom.userinfo.user_identify.type',
      'dicom.userinfo.user_identify.response_requested',
      'dicom.userinfo.user_identify.primary_field_length',
      'dicom.userinfo.user_identify.secondary_field_length',
    ),
  };
  const results = numbers('dicom.pctx.result');
  const syntaxes = packet['dicom.pctx.xfer.syntax'].map(uidOf);
  switch (packet['dicom.pdu.type'].find((type) => type in handshakes)) {
    case '0x01':
      return {
        pdu: 'request',
        titles: `${packet['dicom.assoc.ae.calling'][0].trim()} > ${packet['dicom.assoc.ae.called'][0].trim()}`,
        contexts: numbers('dicom.pctx.id'),
        abstractSyntaxes: packet['dicom.pctx.abss.syntax'].map(uidOf),
        transferSyntaxes: syntaxes,
        ...user,
      };
    case '0x02':
      return {
        pdu: 'accept',
        contexts: numbers('dicom.pctx.id'),
        results,
        // Of a context that was refused it has no meaning.
        transferSyntaxes: syntaxes.filter((_, i) => results[i] === 0),
        ...user,
      };
    case '0x03':
      return {
        pdu: 'reject',
        why: numbers('dicom.assoc.reject.result', 'dicom.assoc.reject.source', 'dicom.assoc.reject.reason'),
      };
    case '0x07':
      return { pdu: 'abort', why: numbers('dicom.assoc.abort.source', 'dicom.assoc.abort.reason') };
    default:
      return null;
  }
}

/** tshark shows the names of those it knows: `CT Image Storage (1.2.840.10008.5.1.4.1.1.2)`. */
function uidOf(text: string): string {
  return /\(([\d.]+)\)$/.exec(text)?.[1] ?? text;
}

const handshakes = { '0x01': 'request', '0x02': 'accept', '0x03': 'reject', '0x07': 'abort' };
