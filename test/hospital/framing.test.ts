// Proves that the fast frames of the hospital day are those that test/support makes, byte for byte.
import { expect, it } from 'vitest';
import { ascii } from '../support/bytes.ts';
import { client, conversation, fin, frame, reset, server } from '../support/conversation.ts';
import { Framing } from './framing.ts';

const said = [
  client(ascii('odd')),
  server(ascii('even')),
  client(new Uint8Array(3001).fill(0xfe)),
  fin('client'),
  reset('server'),
];

it.each([
  ['IPv4', '10.0.0.1', '10.20.30.40'],
  ['IPv6', 'fd00::1', 'fd00::20:30'],
])('%s', (_, one, other) => {
  const ends = { client: { address: one, sequence: 2 ** 32 - 5 }, server: { address: other } };
  const segments = conversation(said, ends);
  const framing = new Framing();
  expect(segments.map((segment) => framing.frame(segment))).toEqual(segments.map(frame));
});
