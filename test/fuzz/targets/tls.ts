import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { TlsAnalyzer } from '../../../src/protocols/tls/analyzer.ts';
import { handshakes } from '../../protocols/tls/handshakes.ts';
import { hex } from '../../support/bytes.ts';
import { inChunks } from '../../support/chunks.ts';
import type { Step } from '../../support/dicom-dialogue.ts';
import { openHash } from '../../support/scan.ts';
import { joined } from '../mutator.ts';
import { Tape } from '../tape.ts';
import { promised, promisedSame, type Target } from '../target.ts';
import { bytesOf, missing, said, stepsOf } from './dialogue.ts';

const memory = new Uint8Array(8192);

/** Both directions of a TLS connection → hellos and certificates. */
export const tlsTarget: Target = {
  name: 'tls',
  bytesMax: 4000,
  seeds: () =>
    Object.values(handshakes).flatMap(({ client, server }) => [
      joined(Uint8Array.of(0), said(0, client.slice(0, 700)), said(1, server.slice(0, 2500))),
      joined(Uint8Array.of(1), said(1, server.slice(0, 2500)), said(0, client.slice(0, 700))),
      joined(Uint8Array.of(0), said(0, client), missing(1, 5), said(1, server.slice(5, 300))),
      joined(Uint8Array.of(1), said(0, client.slice(0, 80)), missing(0, 9), said(0, client.slice(89))),
    ]),
  dictionary: [
    hex('160301'),
    hex('140303000101'),
    hex('1503030002'),
    hex('170303'),
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
    promisedSame(hear(steps, 1 + (input.length % 13), low), whole, 'pieces of a connection say what the whole says');
    promised(whole.length <= 16, 'facts are few', () => whole.length);
    for (const fact of whole) {
      if (fact.kind !== 'malformed') continue;
      const missed = steps.reduce((sum, [, what]) => (typeof what === 'number' ? sum + what : sum), 0);
      promised(fact.offset <= bytesOf(steps, fact.side) + missed, 'a fault is in what was sent', () => fact.offset);
    }
    return whole.map((fact) => (fact.kind === 'malformed' ? `${fact.kind} ${fact.field}` : fact.kind)).join(',');
  },
};

function hear(steps: readonly Step[], chunk: number, low: boolean): Fact[] {
  const facts: Fact[] = [];
  const handshakeBytesMax = low ? 200 : limits.handshakeBytesMax;
  const analyzer = new TlsAnalyzer({
    emit: (fact) => facts.push(fact),
    hash: openHash,
    limits: { ...limits, handshakeBytesMax },
    reveal: false,
  });
  for (const [side, what] of steps) {
    if (typeof what === 'number') analyzer.gap(side, what);
    else if (typeof what === 'string') analyzer.close(side);
    else {
      inChunks(what, chunk, (bytes, start, end) => {
        memory.set(bytes.subarray(start, end), 3);
        analyzer.data(side, memory, 3, 3 + end - start);
        memory.fill(0xee, 0, 3 + end - start);
      });
    }
  }
  return facts;
}
