// Proves B32 to B36: PDUs, items and values that break their format cost what is broken and no more.
import { describe, expect, it } from 'vitest';
import { ascii, concat, counting, u8, u16, u32 } from '../support/bytes.ts';
import { type ConversationOptions, client, conversation, fin, server, type Turn } from '../support/conversation.ts';
import {
  abort,
  acceptedContext,
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  implicitLittle,
  item,
  patientRows,
  pData,
  pdu,
  releaseRp,
  releaseRq,
  requestedContext,
  studyRootFind,
  userItem,
} from '../support/pdu.ts';
import { said } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const run = (turns: readonly Turn[], options: ConversationOptions = {}) => withstand(conversation(turns, options));
const [request, answer] = said.open();
const closing = [fin('client'), fin('server')];

describe('B32 PDUs', () => {
  const strange: readonly (readonly [string, Uint8Array])[] = [
    ['of type 0', pdu(0, counting(10))],
    ['of type 8', pdu(8, counting(10))],
    ['of type 255', pdu(255, counting(300))],
    ['of unknown type and length 0', pdu(9, new Uint8Array(0))],
    ['P-DATA of length 0', pdu(4, new Uint8Array(0))],
    ['P-DATA of length 1', pdu(4, counting(1))],
    ['P-DATA of length 5', pdu(4, counting(5))],
    ['P-DATA shorter than its value', pdu(4, concat(u32(400), u8(1), u8(3), counting(20)))],
    ['a release of 400 bytes', pdu(5, new Uint8Array(400))],
    ['a release of length 0', pdu(5, new Uint8Array(0))],
    ['a rejection of length 1', pdu(3, counting(1))],
    ['an acceptance of length 3', pdu(2, counting(3))],
    ['a request of 30 bytes', pdu(1, counting(30))],
  ];

  it.each(strange)('%s between two stores: counted, and both are told', (_, bytes) => {
    const { records, losses } = run([request, answer, ...said.store(1), client(bytes), ...said.store(2), ...closing]);
    expect(records.associations[0]).toMatchObject({ callingAe: 'MODALITY', patientData: true });
    expect(records.operations.filter(({ command }) => command === 'C-STORE').map(({ messageId }) => messageId)).toEqual(
      [1, 2],
    );
    const readAsRelease = bytes[0] === 5;
    if (!readAsRelease && bytes.length > 6) expect(losses['not-parsed']?.bytes).toBeGreaterThan(0);
  });

  it.each([0x7fffffff, 0xffffffff, 1 << 24])(
    'of a length of %i, beyond the stream: what came before is told',
    (length) => {
      for (const type of [1, 2, 4, 5, 9]) {
        const { records } = run([
          request,
          answer,
          ...said.store(),
          client(pdu(type, counting(5000), length)),
          ...closing,
        ]);
        expect(records.associations).toMatchObject([
          { callingAe: 'MODALITY', objects: 1, patients: 1, outcome: type === 5 ? expect.any(String) : 'cut' },
        ]);
      }
    },
  );

  it('a flood of wrong ones: after a bound the connection is no longer parsed, and its bytes are counted', () => {
    const flood = concat(...Array.from({ length: 500 }, () => concat(pdu(9, counting(4)), pdu(4, counting(3)))));
    const { records, losses } = run([request, answer, client(flood), ...said.store(), ...closing]);
    expect(records.associations).toHaveLength(1);
    expect(losses['not-parsed']?.bytes).toBeGreaterThan(flood.length - 1000);
  });
});

describe('B33 items of a request', () => {
  const head = (version = 1) =>
    concat(u16(version), u16(0), ascii('ARCHIVE'.padEnd(16)), ascii('MODALITY'.padEnd(16)), new Uint8Array(32));
  const context = requestedContext({ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] });
  const application = item(0x10, ascii('1.2.840.10008.3.1.1.1'));
  const user = item(0x50, userItem.maximumLength(16_384));
  const accept = server(associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }] }));
  const asked = (...items: readonly Uint8Array[]) => client(pdu(1, concat(head(), ...items)));
  const lying = (type: number, value: Uint8Array, length: number) => concat(u8(type), u8(0), u16(length), value);
  const nested = (depth: number): Uint8Array =>
    depth === 0 ? counting(2) : item(0x20, Uint8Array.of(9, 0, 0, 0), nested(depth - 1));

  it.each<[string, readonly Uint8Array[]]>([
    ['longer than the PDU', [application, context, user, lying(0x20, counting(8), 4000)]],
    [
      'longer than its item',
      [application, context, item(0x20, Uint8Array.of(3, 0, 0, 0), lying(0x30, counting(4), 900)), user],
    ],
    ['nested 1,000 deep', [application, context, nested(1000), user]],
    ['of unknown types', [application, item(0x99, counting(30)), context, item(0x21, counting(9)), user, item(0x00)]],
    ['cut after its type', [application, context, user, u8(0x20)]],
    ['empty', [application, context, user, item(0x20), item(0x10), item(0x50)]],
    [
      'with 64 KiB of user information',
      [
        application,
        context,
        item(0x50, userItem.maximumLength(1), ...Array.from({ length: 60 }, (_, i) => item(0x60 + i, counting(1080)))),
      ],
    ],
    [
      'with even and repeated ids',
      [
        application,
        context,
        requestedContext({ id: 2 }),
        requestedContext({ id: 1 }),
        requestedContext({ id: 0 }),
        user,
      ],
    ],
    [
      'with UIDs of 65 bytes and with spaces',
      [
        application,
        context,
        requestedContext({ id: 3, abstractSyntax: '1'.repeat(65), transferSyntaxes: [' 1.2 3 ', ''] }),
        user,
      ],
    ],
    [
      'with UIDs of escapes',
      [
        application,
        context,
        requestedContext({ id: 3, abstractSyntax: '1.2\x1b[31m', transferSyntaxes: ['\r\n"\\'] }),
        user,
      ],
    ],
  ])('%s: the rest of the request holds', (_, items) => {
    const { records } = run([asked(...items), accept, ...said.store(), ...said.release()]);
    expect(records.associations).toMatchObject([
      { callingAe: 'MODALITY', calledAe: 'ARCHIVE', accepted: true, objects: 1, patients: 1, outcome: 'released' },
    ]);
    expect(records.associations[0].contexts.find(({ id }) => id === 1)).toMatchObject({
      abstractSyntax: ctStorage,
      acceptedTransferSyntax: explicitLittle,
    });
    expect(JSON.stringify(records)).not.toMatch(/\\u00[01]/);
  });

  it.each([0, 1, 128, 300])('%i contexts', (count) => {
    const contexts = Array.from({ length: count }, (_, i) =>
      requestedContext({ id: (2 * i + 1) & 0xff, transferSyntaxes: [implicitLittle] }),
    );
    const accepted = Array.from({ length: count }, (_, i) => acceptedContext({ id: (2 * i + 1) & 0xff }));
    const turns = [
      asked(application, ...contexts, user),
      server(pdu(2, concat(head(), application, ...accepted, user))),
      ...said.release(),
    ];
    const { records } = run(turns);
    expect(records.associations).toMatchObject([{ callingAe: 'MODALITY', accepted: true, outcome: 'released' }]);
    expect(records.associations[0].contexts.length).toBeLessThanOrEqual(Math.min(count, 256));
  });

  it.each([0x0003, 0, 0xffff])('of protocol version %i, a bit mask', (protocolVersion) => {
    const turns = [
      client(pdu(1, concat(head(protocolVersion), application, context, user))),
      accept,
      ...said.store(),
      ...said.release(),
    ];
    expect(run(turns).records.associations).toMatchObject([{ protocolVersion, objects: 1, outcome: 'released' }]);
  });
});

describe('B34 AE titles', () => {
  it.each<[string, string, string]>([
    ['spaces', ' '.repeat(16), ''],
    ['NULs', '\0'.repeat(16), ''],
    ['leading and trailing spaces', '  CT 01 ', 'CT 01'],
    ['CR and LF', 'CT\r\nX', 'CT\\x0D\\x0AX'],
    ['ESC', '\x1b[2JCT', '\\x1B[2JCT'],
    ['pipe, quote, bracket', 'A|"]=CT', 'A|"]=CT'],
    ['a backslash', 'A\\B', 'A\\\\B'],
    ['UTF-8', 'M\xc3\xbcnchen', 'M\\xC3\\xBCnchen'],
    ['Latin-1', 'M\xfcnchen', 'M\\xFCnchen'],
  ])('of %s: trimmed, and escaped in every record', (_, title, shown) => {
    const open = [
      client(
        associateRq({
          callingAe: title,
          contexts: [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [explicitLittle] }],
        }),
      ),
      answer,
    ];
    const { records } = run([...open, ...said.store(), ...said.release()]);
    expect(records.associations).toMatchObject([{ callingAe: shown, calledAe: 'ARCHIVE', objects: 1 }]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(JSON.stringify(records)).not.toMatch(/[\x00-\x1f\x7f-\xff]|\\u00|\\[rnbft]/);
  });
});

describe('B35 values', () => {
  const command = commandSet({
    field: commandField.storeRq,
    sopClass: ctStorage,
    messageId: 1,
    dataSet: true,
    instance: '1.2.3',
  });
  const object = explicitDataSet(patientRows);
  const stored = { objects: 1, patients: 1, patientData: true, outcome: 'released' };

  it.each([0, 1])('of length %i: the PDU is passed over', (length) => {
    const bad = pdu(4, concat(u32(length), u8(1), u8(3), counting(20)));
    const { records, losses } = run([request, answer, client(bad), ...said.store(), ...said.release()]);
    expect(records.associations).toMatchObject([stored]);
    expect(losses['not-parsed']?.bytes).toBeGreaterThanOrEqual(20);
  });

  it('several in a PDU, and a command over ten of them', () => {
    const pieces = Array.from({ length: 10 }, (_, i) => {
      const size = Math.ceil(command.length / 10);
      return { command: true, last: i === 9, bytes: command.subarray(i * size, (i + 1) * size) };
    });
    const all = pData([...pieces, { bytes: object.subarray(0, 50), last: false }, { bytes: object.subarray(50) }]);
    expect(
      run([request, answer, client(all), ...said.storeResponse(), ...said.release()]).records.associations,
    ).toMatchObject([stored]);
    const apart = concat(...pieces.map((piece) => pData([piece])), pData([{ bytes: object }]));
    expect(
      run([request, answer, client(apart), ...said.storeResponse(), ...said.release()]).records.associations,
    ).toMatchObject([stored]);
  });

  it('on contexts never accepted: told with what they show', () => {
    const value = pData([
      { context: 77, command: true, bytes: command },
      { context: 77, bytes: object },
    ]);
    const { records } = run([request, answer, client(value), ...said.release()]);
    expect(records.operations).toMatchObject([
      { command: 'C-STORE', contextId: 77, transferSyntaxGuessed: true, patientData: true },
    ]);
  });

  it('without a last flag', () => {
    const unmarked = pData([
      { command: true, last: false, bytes: command },
      { bytes: object, last: false },
    ]);
    const { records } = run([request, answer, client(unmarked), ...said.store(2), ...said.release()]);
    expect(records.operations.map(({ messageId }) => messageId)).toEqual([1, 2]);
    expect(records.associations).toMatchObject([{ objects: 2, patients: 1, outcome: 'released' }]);
  });

  it('of two contexts interleaved', () => {
    const find = commandSet({ field: commandField.findRq, sopClass: studyRootFind, messageId: 2, dataSet: true });
    const query = explicitDataSet([[0x00080052, 'CS', 'STUDY']]);
    const mixed = concat(
      pData([
        { command: true, last: false, bytes: command.subarray(0, 40) },
        { context: 3, command: true, bytes: find },
      ]),
      pData([
        { command: true, bytes: command.subarray(40) },
        { context: 3, bytes: query.subarray(0, 5), last: false },
      ]),
      pData([{ bytes: object.subarray(0, 70), last: false }]),
      pData([{ context: 3, bytes: query.subarray(5) }, { bytes: object.subarray(70) }]),
    );
    const { records } = run([request, answer, client(mixed), ...said.storeResponse(), ...said.release()]);
    expect(records.operations.map(({ command: name, contextId }) => [name, contextId]).sort()).toEqual([
      ['C-FIND', 3],
      ['C-STORE', 1],
    ]);
    expect(records.associations).toMatchObject([stored]);
  });
});

describe('B36 associations', () => {
  it('data before acceptance', () => {
    const { records } = run([request, ...said.storeRequest(), answer, ...said.storeResponse(), ...said.release()]);
    expect(records.associations).toMatchObject([{ accepted: true, objects: 1, patients: 1, outcome: 'released' }]);
  });

  it('data before a rejection', () => {
    const { records } = run([request, ...said.storeRequest(), server(pdu(3, Uint8Array.of(0, 1, 1, 7))), ...closing]);
    expect(records.associations).toMatchObject([{ accepted: false, outcome: 'rejected', patientData: true }]);
  });

  it('two requests, the second unanswered', () => {
    const { records } = run([
      request,
      answer,
      ...said.store(),
      client(associateRq({ callingAe: 'SECOND' })),
      ...closing,
    ]);
    expect(records.associations.map(({ callingAe, outcome, objects }) => [callingAe, outcome, objects])).toEqual([
      ['MODALITY', 'cut', 1],
      ['SECOND', 'cut', 0],
    ]);
  });

  it('a request from either side', () => {
    const { records } = run([
      request,
      answer,
      ...said.store(),
      server(associateRq({ callingAe: 'BACK' })),
      ...said.release(),
    ]);
    expect(records.associations[0]).toMatchObject({ callingAe: 'MODALITY', objects: 1 });
    expect(records.associations).toHaveLength(2);
  });

  it('acceptance without a request', () => {
    const { records } = run([answer, ...said.store(), ...said.release()]);
    expect(records.associations).toMatchObject([
      { accepted: true, midStream: true, objects: 1, patients: 1, outcome: 'released' },
    ]);
  });

  it('an abort within a value, from either side', () => {
    const [store] = said.storeRequest();
    const half = client((store as Extract<Turn, { turn: 'data' }>).bytes.subarray(0, 250));
    for (const [who, side] of [
      [client, 'client'],
      [server, 'server'],
    ] as const) {
      const { records } = run([request, answer, half, who(abort(2, 6)), ...closing]);
      expect(records.associations).toHaveLength(1);
      expect(records.associations[0].outcome, side).toBe(side === 'server' ? 'aborted' : 'cut');
      expect(records.operations).toMatchObject([{ command: 'C-STORE', complete: false }]);
    }
  });

  it('a release by both at once', () => {
    const { records } = run([
      request,
      answer,
      ...said.store(),
      client(releaseRq()),
      server(releaseRq()),
      client(releaseRp()),
      server(releaseRp()),
      ...closing,
    ]);
    expect(records.associations).toMatchObject([{ outcome: 'released', objects: 1 }]);
  });
});
