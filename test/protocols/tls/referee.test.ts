// Proves that tshark reads the same from the same handshakes: server names, suites and versions.
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../../src/model/facts.ts';
import { limits } from '../../../src/model/limits.ts';
import { TlsAnalyzer } from '../../../src/protocols/tls/analyzer.ts';
import { pcap } from '../../support/capture.ts';
import { client, conversation, fin, frames, server } from '../../support/conversation.ts';
import { tsharkFields, tsharkFound } from '../../support/tshark.ts';
import { type Handshake, handshakes } from './handshakes.ts';

const scenes = Object.entries(handshakes) as [string, Handshake][];

/** All scenes in one capture, the scene's index as its stream number; segments of 200 bytes. */
const capture = pcap(
  scenes.flatMap(([, handshake], i) =>
    frames(
      conversation([client(handshake.client), server(handshake.server), fin('client'), fin('server')], {
        client: { port: 50_000 + i, mss: 200 },
        server: { port: 443, mss: 200 },
      }),
    ),
  ),
);

interface Seen {
  readonly serverName: string | null;
  readonly offered: readonly number[];
  readonly chosen: number | null;
  readonly serverVersion: number | null;
}

function ours(handshake: Handshake): Seen {
  const facts: Fact[] = [];
  const analyzer = new TlsAnalyzer({ emit: (fact) => facts.push({ ...fact }), hash: () => '', limits, reveal: false });
  analyzer.data(0, handshake.client, 0, handshake.client.length);
  analyzer.data(1, handshake.server, 0, handshake.server.length);
  const hello = facts.find((fact) => fact.kind === 'client-hello');
  const answer = facts.find((fact) => fact.kind === 'server-hello');
  return {
    serverName: hello?.serverName ?? null,
    offered: hello?.cipherSuites ?? [],
    chosen: answer?.cipherSuite ?? null,
    serverVersion: answer?.version ?? null,
  };
}

/** By stream. Of a retry, the first client hello and the last server hello count. */
function tsharks(): Seen[] {
  const fields = [
    'tcp.stream',
    'tls.handshake.type',
    'tls.handshake.extensions_server_name',
    'tls.handshake.ciphersuite',
    'tls.handshake.version',
    'tls.handshake.extensions.supported_version',
  ];
  const rows = tsharkFields(capture, fields);
  return scenes.map((_, i) => {
    const of = (type: string) => rows.filter((row) => row[0] === String(i) && row[1].split(',')[0] === type);
    const hello = of('1')[0];
    const answer = of('2').at(-1);
    const numbers = (text: string) => text.split(',').map(Number);
    const selected = answer?.[5] || answer?.[4];
    return {
      serverName: hello[2] === '' ? null : hello[2].split(',')[0],
      offered: numbers(hello[3]),
      chosen: answer === undefined ? null : numbers(answer[3])[0],
      serverVersion: selected === undefined ? null : numbers(selected)[0],
    };
  });
}

if (tsharkFound) {
  describe('tshark as referee', () => {
    const seen = tsharks();

    it.each(scenes.map(([scene, handshake], i) => [scene, handshake, i] as const))('%s', (_, handshake, i) => {
      expect(ours(handshake)).toEqual(seen[i]);
    });
  });
}
