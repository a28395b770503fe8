import type { Budget } from '../../../src/bytes/held-bytes.ts';
import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { CarriedDicom } from '../../../src/protocols/carried-dicom.ts';
import { DicomAnalyzer } from '../../../src/protocols/dicom/analyzer.ts';
import { TlsAnalyzer } from '../../../src/protocols/tls/analyzer.ts';
import { handshakes } from '../../protocols/tls/handshakes.ts';
import { hex } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';
import { type Step, settled } from '../../support/dicom-dialogue.ts';
import { openHash } from '../../support/scan.ts';
import { carried } from '../corpus.ts';
import { joined } from '../mutator.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { bytesOf, missing, said, stepsOf } from './dialogue.ts';
import { promisedUnshown } from './handed-over.ts';

const memory = new Uint8Array(1 << 14);

/**
 * Both directions of a TLS connection → hellos and certificates, and the DICOM that a suite without encryption carries.
 */
export const tlsTarget: Target = {
  name: 'tls',
  bytesMax: 6000,
  async seeds() {
    const { dialogues } = await carried();
    return [
      ...Object.values(handshakes).flatMap(({ client, server }) => [
        joined(Uint8Array.of(0), said(0, client.slice(0, 700)), said(1, server.slice(0, 2500))),
        joined(Uint8Array.of(1), said(1, server.slice(0, 2500)), said(0, client.slice(0, 700))),
        joined(Uint8Array.of(0), said(0, client), missing(1, 5), said(1, server.slice(5, 300))),
        joined(Uint8Array.of(1), said(0, client.slice(0, 80)), missing(0, 9), said(0, client.slice(89))),
      ]),
      ...dialogues.slice(0, 6).flatMap(([client, server]) => inTheClear(client, server)),
    ];
  },
  dictionary: [
    hex('160301'),
    hex('140303000101'),
    hex('1503030002'),
    hex('170303'),
    hex('1703030020'),
    hex('1703010030'),
    hex('c0b4'),
    hex('003b'),
    hex('0002'),
    hex('0400000000500000004c0103'),
    hex('05000000000400000000'),
    hex('01000100 0303'),
    hex('0200004a 0303'),
    hex('0b000300'),
    hex('0d000010'),
    hex('0e000000'),
    hex('00000000'),
    hex('002b0003020304'),
    hex('0010000e000c02683208687474702f312e31'),
    hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c'),
    hex('3082'),
    hex('170d323630313031303030303030 5a'),
  ],
  run(input) {
    const tape = new Tape(input);
    const low = (tape.u8() & 1) === 1;
    const steps = stepsOf(tape);
    const whole = hear(steps, 8192, low);
    const cut = hear(steps, 1 + (input.length % 13), low);
    promisedSame(bySide(cut), bySide(whole), 'pieces of a connection say what the whole says');
    promisedUnshown(steps, input.length, (tell) => newAnalyzer(tell, low, { bytesLeft: limits.pduTotalBytesMax }));
    promised(whole.filter(ofTls).length <= 16, 'facts of TLS are few', () => whole.length);
    promised(whole.length <= 64 + input.length, 'facts are not many more than bytes');
    for (const fact of whole) {
      if (fact.kind !== 'malformed') continue;
      // Of a hole over records nobody knows how much of what they carry it was: at least two bytes.
      const missed = steps.reduce((sum, [, what]) => (typeof what === 'number' ? sum + 2 + what : sum), 0);
      promised(fact.offset <= bytesOf(steps, fact.side) + missed, 'a fault is in what was sent', () => fact.offset);
    }
    return [...new Set(whole.map((fact) => (fact.kind === 'malformed' ? `${fact.kind} ${fact.field}` : fact.kind)))]
      .sort()
      .join(',');
  },
};

/**
 * What two sides said, in records after a handshake that agreed on a suite which does not encrypt: of TLS 1.2, and of
 * 1.3.
 */
function inTheClear(client: Uint8Array, server: Uint8Array): Uint8Array[] {
  const [a, b] = [client.slice(0, 1500), server.slice(0, 700)];
  const { openssl12Null: old, openssl13NoName: young } = handshakes;
  const answer = young.server.slice();
  // The suite in the ServerHello follows its session id: one of RFC 9150.
  answer.set(hex('c0b4'), 44 + answer[43]);
  const half = a.length >>> 1;
  return [
    joined(Uint8Array.of(0), said(0, old.client), said(1, old.server), said(0, records(a)), said(1, records(b))),
    joined(Uint8Array.of(0), said(0, young.client), said(1, answer), said(0, records(a, 23)), said(1, records(b, 23))),
    joined(
      Uint8Array.of(0),
      said(0, old.client),
      said(1, old.server),
      said(0, records(a).slice(0, half)),
      missing(0, 100),
      said(0, records(a).slice(half + 100)),
    ),
    joined(Uint8Array.of(0), said(0, old.client), said(1, old.server), missing(0, 200), said(0, records(a.slice(250)))),
    joined(
      Uint8Array.of(0),
      said(0, young.client),
      said(1, answer),
      said(0, records(a, 23).slice(0, half)),
      missing(0, 100),
      said(0, records(a, 23).slice(half + 100)),
    ),
  ];
}

/**
 * Records of application data, each of some of the bytes, their content type behind them where told, and 32 bytes of
 * MAC.
 */
function records(bytes: Uint8Array, innerType?: number): Uint8Array {
  const list: Uint8Array[] = [];
  const behind = joined(Uint8Array.from(innerType === undefined ? [] : [innerType]), new Uint8Array(32).fill(0xee));
  for (let at = 0; at < bytes.length; at += 300) {
    const content = joined(bytes.slice(at, at + 300), behind);
    list.push(joined(hex('170303'), Uint8Array.of(content.length >>> 8, content.length & 0xff), content));
  }
  return joined(...list);
}

function ofTls(fact: Fact): boolean {
  return /hello|tls/.test(fact.kind);
}

/**
 * When a step is found again depends on what else of the direction is there: only its own order is promised, and that
 * of what is carried apart from that of the records.
 */
function bySide(facts: readonly Fact[]): Fact[][] {
  const each = settled(facts).filter(({ kind }) => kind !== 'mid-stream');
  return [0, 1].flatMap((side) => [
    each.filter((fact) => fact.side === side && ofRecords(fact)),
    each.filter((fact) => fact.side === side && !ofRecords(fact)),
  ]);
}

function ofRecords(fact: Fact): boolean {
  return ofTls(fact) || (fact.kind === 'malformed' && fact.field === 'record header');
}

function hear(steps: readonly Step[], chunk: number, low: boolean): Fact[] {
  const facts: Fact[] = [];
  const budget = { bytesLeft: limits.pduTotalBytesMax };
  const analyzer = newAnalyzer((fact) => facts.push({ ...fact }), low, budget);
  for (const [side, what] of steps) {
    if (typeof what === 'number') analyzer.gap(side, what);
    else if (typeof what === 'string') analyzer.close(side, what);
    else {
      inChunks(what, chunk, (bytes, start, end) => {
        memory.set(bytes.subarray(start, end), 3);
        analyzer.data(side, memory, 3, 3 + end - start);
        memory.fill(0xee, 0, 3 + end - start);
      });
    }
  }
  for (const side of [0, 1] as const) {
    const { total } = analyzer.accounts[side];
    promised(total === bytesOf(steps, side), 'every byte is accounted once', () => `${total} of side ${side}`);
  }
  promised(budget.bytesLeft === limits.pduTotalBytesMax, 'what was held is given back', () => budget.bytesLeft);
  return facts;
}

function newAnalyzer(emit: (fact: Fact) => void, low: boolean, budget: Budget): TlsAnalyzer {
  const handshakeBytesMax = low ? 200 : limits.handshakeBytesMax;
  return new TlsAnalyzer(
    { emit, hash: openHash, limits: { ...limits, handshakeBytesMax }, reveal: false, budget },
    (context, accounts) =>
      new CarriedDicom(
        context,
        accounts,
        (given, midStream, both) => new DicomAnalyzer(given, { midStream, accounts: both }),
      ),
  );
}
