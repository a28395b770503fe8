// Proves B39: other protocols are not taken for DICOM, and DICOM and TLS are found wherever and however cut they are.
import { describe, expect, it } from 'vitest';
import { handshakes } from '../protocols/tls/handshakes.ts';
import { ascii, concat, counting, u8, u16, u32 } from '../support/bytes.ts';
import { type ConversationOptions, client, conversation, fin, server, type Turn } from '../support/conversation.ts';
import { commandField, commandSet, pData, verification } from '../support/pdu.ts';
import { tiny } from '../support/segments.ts';
import { said, storing } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const run = (turns: readonly Turn[], options: ConversationOptions = {}) => withstand(conversation(turns, options));
const [request, answer] = said.open();
const closing = [fin('client'), fin('server')];

describe('B39 other protocols', () => {
  it.each<[string, number, Uint8Array]>([
    ['HTTP', 104, ascii('POST /wado HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n')],
    ['HL7 over MLLP', 11_112, ascii('\x0bMSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\rPID|1||1\r\x1c\r')],
    ['SMB', 104, concat(u32(0x54), Uint8Array.of(0xff, 0x53, 0x4d, 0x42), counting(80))],
    ['SSH', 104, ascii('SSH-2.0-OpenSSH_9.2\r\n')],
    ['zeros', 104, new Uint8Array(70_000)],
    ['nearly a request', 104, concat(u8(1), u8(0), u32(200), u16(1), u16(0), counting(196))],
  ])('%s on port %i is not taken for DICOM, and counted', (_, port, bytes) => {
    const { records, losses, tcp } = run([client(bytes), server(counting(40)), ...closing], { server: { port } });
    expect(records.associations).toEqual([]);
    // Kept only because a port of DICOM was spoken to in something else.
    expect(records.connections).toMatchObject([{ protocol: 'unknown' }]);
    expect(tcp).toMatchObject([{ protocol: 'unknown' }]);
    expect(losses['not-identified']?.bytes).toBe(bytes.length + 40);
  });

  it.each([80, 443, 22, 50_001])('DICOM on port %i is found', (port) => {
    for (const mss of [1460, 3]) {
      const { records } = run(storing, { server: { port }, client: { mss } });
      expect(records.associations).toMatchObject([{ objects: 1, patients: 1, outcome: 'released', complete: true }]);
    }
  });

  it('TLS hellos in segments of a byte are one handshake', () => {
    for (const [name, { client: hello, server: reply }] of Object.entries(handshakes)) {
      const turns = [client(hello), server(reply), ...closing];
      const options = { server: { port: 2762 } };
      const plain = run(turns, options);
      const small = withstand(tiny(conversation(turns, options), 1).map((one, i) => ({ ...one, ipId: i & 0xffff })));
      expect(
        small.records.tlsSessions.map(({ version, cipherSuite, ja4, grade }) => [version, cipherSuite, ja4, grade]),
        name,
      ).toEqual(
        plain.records.tlsSessions.map(({ version, cipherSuite, ja4, grade }) => [version, cipherSuite, ja4, grade]),
      );
      expect(plain.records.tlsSessions, name).toHaveLength(1);
    }
  });

  it('a verification on a port of TLS', () => {
    const echo = pData([
      { command: true, bytes: commandSet({ field: commandField.echoRq, sopClass: verification, messageId: 1 }) },
    ]);
    const { records } = run([request, answer, client(echo), ...said.release()], { server: { port: 2762 } });
    expect(records.operations).toMatchObject([{ command: 'C-ECHO' }]);
  });
});
