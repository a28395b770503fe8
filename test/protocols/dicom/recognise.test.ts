// DICOM is recognised by its structure in any segmentation, and nothing else is.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { recogniseDicom } from '../../../src/protocols/dicom/recognise.ts';
import { ascii, concat, hex, u8, u16, u32 } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import {
  abort,
  associateAc,
  associateRj,
  associateRq,
  commandField,
  commandSet,
  item,
  pData,
  pDataPieces,
  pdu,
  releaseRp,
  releaseRq,
  requestedContext,
  verification,
} from '../../support/pdu.ts';

const judge = (bytes: Uint8Array) => recogniseDicom(bytes, 0, bytes.length);
const echo = commandSet({ sopClass: verification, field: commandField.echoRq, messageId: 1 });

describe('what is DICOM', () => {
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['a request', associateRq()],
    ['B33: a request whose version is a mask of more bits', associateRq({ version: 0x0003 })],
    ['a request whose version has no bit, by its items', associateRq({ version: 0 })],
    ['a request with an application context of its own, by its items', associateRq({ applicationContext: '1.2.3.4' })],
    [
      'a request of 128 contexts',
      associateRq({ contexts: Array.from({ length: 128 }, (_, i) => ({ id: 2 * i + 1 })) }),
    ],
    ['a request with reserved bytes in use', concat(u8(1), u8(0xee), associateRq().subarray(2))],
    ['an acceptance', associateAc()],
    ['a rejection', associateRj(1, 1, 7)],
    ['a passing rejection', associateRj(2, 3, 2)],
    ['a release request', releaseRq()],
    ['a release response', releaseRp()],
    ['an abort of the user', abort(0, 0)],
    ['an abort of the provider', abort(2, 6)],
    ['data with a command set', pData([{ command: true, bytes: echo }])],
    ['three data PDUs that meet', pDataPieces({ bytes: new Uint8Array(300) }, 100)],
    ['two data PDUs and a release', concat(pDataPieces({ bytes: new Uint8Array(200) }, 100), releaseRq())],
  ];
  for (const [what, bytes] of cases) {
    test(`${what}, in any segmentation`, () => {
      expect(judge(bytes)).toBe('yes');
      let decided = false;
      for (let length = 0; length < bytes.length; length++) {
        const verdict = judge(bytes.subarray(0, length));
        expect(verdict, `first ${length} bytes`).not.toBe('no');
        if (decided) expect(verdict, `a yes is kept at ${length} bytes`).toBe('yes');
        decided ||= verdict === 'yes';
      }
    });
  }

  test('a request is known by its first hundred bytes, however long it is', () => {
    const long = associateRq({ contexts: Array.from({ length: 128 }, (_, i) => ({ id: 2 * i + 1 })) });
    expect(judge(long.subarray(0, 100))).toBe('yes');
  });

  test('the bytes are looked at between start and end only', () => {
    const framed = concat(new Uint8Array(5).fill(4), associateRq(), new Uint8Array(5));
    expect(recogniseDicom(framed, 5, framed.length - 5)).toBe('yes');
    expect(recogniseDicom(framed, 5, 10)).toBe('more');
  });
});

describe('what is not', () => {
  const wrongName = associateRq({ applicationContext: '1.2.840.10008.3.1.1.2', contexts: [] });
  const fixed = concat(u16(1), new Uint8Array(66));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['a TLS hello', hex('16 03 01 02 00 01 00 01 fc 03 03 00 11 22 33 44')],
    ['an SSH banner', ascii('SSH-2.0-OpenSSH_9.6\r\n')],
    ['HTTP', ascii('GET / HTTP/1.1\r\nHost: archive\r\n\r\n')],
    ['SMB over TCP', hex('00 00 00 54 ff 53 4d 42 72 00 00 00 00 18 53 c8')],
    ['RDP (TPKT), which starts as a rejection', hex('03 00 00 13 0e e0 00 00 00 00 00 01 00 08 00 03 00 00 00')],
    ['SOCKS 5, which starts as a release request', hex('05 01 00')],
    ['a SOCKS 5 answer', hex('05 00 05 00 00 01 0a 00 00 01 1f 90')],
    ['SOCKS 4, which starts as data', hex('04 01 00 50 c0 a8 00 01 61 62 00')],
    ['a Cassandra request, which starts as data', hex('04 00 00 00 01 00 00 00 16 00 01 00 0b')],
    ['a TDS login, which is type 7 in another place', hex('10 01 00 90 00 00 01 00 88 00 00 00')],
    ['DNS over TCP of 264 bytes, which starts as a request', hex('01 08 12 34 01 00 00 01 00 00 00 00 00 00 03 77')],
    ['HL7 (MLLP)', ascii('\x0bMSH|^~\\&|')],
    ['zeros', new Uint8Array(64)],
    ['a request shorter than its fixed part', pdu(1, new Uint8Array(60))],
    ['a request without items', pdu(1, fixed)],
    ['a request beyond the bound', concat(u8(1), u8(0), u32(0x00200000))],
    ['a request with an item of another kind', pdu(1, concat(fixed, item(0x11, ascii('1.2.3'))))],
    ['a request whose first item is longer than it', pdu(1, concat(fixed, u8(0x10), u8(0), u16(900), ascii('1.2')))],
    ['a request of another application without contexts', wrongName],
    ['a request of another application, its context id even', requestWith({ id: 2 })],
    ['a request of another application, its syntax no UID', requestWith({ id: 1, abstractSyntax: 'not a UID' })],
    ['a rejection with result 0', associateRj(0, 1, 1)],
    ['a rejection with source 4', associateRj(1, 4, 1)],
    ['a rejection with reason 11', associateRj(1, 1, 11)],
    ['a release with reserved bytes in use', pdu(5, Uint8Array.of(0, 0, 0, 1))],
    ['an abort of source 3', abort(3, 0)],
    ['data on an even context', pData([{ context: 2, command: true, bytes: echo }])],
    ['data with control bits beyond the two', pdu(4, concat(u32(12), u8(1), u8(4), new Uint8Array(10)))],
    ['data whose value is longer than it', pdu(4, concat(u32(90), u8(1), u8(2), new Uint8Array(10)))],
    ['data whose values leave a rest', pdu(4, concat(u32(4), u8(1), u8(2), new Uint8Array(5)))],
    ['two data PDUs, then something else', concat(pDataPieces({ bytes: new Uint8Array(20) }, 10), new Uint8Array(12))],
    [
      'two data PDUs, then a release of another length',
      concat(pDataPieces({ bytes: new Uint8Array(20) }, 10), pdu(5, new Uint8Array(5))),
    ],
  ];
  for (const [what, bytes] of cases) {
    test(what, () => expect(judge(bytes)).toBe('no'));
  }

  function requestWith(context: { id: number; abstractSyntax?: string }): Uint8Array {
    return pdu(1, concat(fixed, requestedContext(context)));
  }

  test('a single data PDU without a command set is not enough', () => {
    expect(judge(pData([{ bytes: new Uint8Array(100) }]))).toBe('more');
  });

  test('a no is kept when more bytes come', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases.map(([, bytes]) => bytes)),
        fc.nat(),
        fc.uint8Array(),
        (bytes, cut, more) => {
          const length = cut % (bytes.length + 1);
          if (judge(bytes.subarray(0, length)) === 'no') {
            expect(judge(concat(bytes.subarray(0, length), more))).toBe('no');
          }
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('noise', () => {
  test('of 400,000 random strings that start with a PDU type none is recognised', () => {
    const random = seeded(11_112);
    const bytes = new Uint8Array(160);
    let recognised = 0;
    for (let round = 0; round < 400_000; round++) {
      for (let i = 1; i < 24; i++) bytes[i] = random() * 256;
      bytes[0] = 1 + (round % 7);
      if (judge(bytes) === 'yes') recognised++;
    }
    expect(recognised).toBe(0);
  });

  test('no bytes make it throw, and no prefix of what is refused is accepted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.uint8Array({ maxLength: 200 }), (type, rest) => {
        const bytes = concat(u8(type), rest);
        const verdict = judge(bytes);
        if (verdict === 'no') {
          for (let length = 0; length < bytes.length; length++) {
            expect(judge(bytes.subarray(0, length))).not.toBe('yes');
          }
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});
