// Proves B37 and B38: commands and data sets of every kind and every breakage are read as far as they go, and bounded.
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ascii, concat, counting, u16of, u32of } from '../support/bytes.ts';
import { client, conversation, server, type Turn } from '../support/conversation.ts';
import { type DataSetForm, dataSet, elementHeader, type TestElement } from '../support/data-set.ts';
import {
  associateAc,
  associateRq,
  type CommandOptions,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitElement,
  explicitLittle,
  explicitPixelData,
  implicitLittle,
  patientRows,
  pData,
  pDataPieces,
} from '../support/pdu.ts';
import { said } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const bigEndian = '1.2.840.10008.1.2.2';
const deflated = '1.2.840.10008.1.2.1.99';
const jpeg = '1.2.840.10008.1.2.4.50';
const command = (options: CommandOptions, context = 1) =>
  pData([{ command: true, context, bytes: commandSet(options) }]);
const run = (turns: readonly Turn[], secrets: readonly string[] = [], limits = {}) =>
  withstand(conversation(turns), { secrets, limits });
const within = (...turns: readonly Turn[]) => run([...said.open(), ...turns, ...said.store(99), ...said.release()]);

/** One object stored on a context accepted with `syntax`, and the answer. */
function stored(object: Uint8Array, syntax = explicitLittle, secrets: readonly string[] = [], limits = {}) {
  const contexts = [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [syntax] }];
  const turns = [
    client(associateRq({ contexts })),
    server(associateAc({ contexts: [{ id: 1, transferSyntax: syntax }] })),
    client(
      concat(
        command({ field: commandField.storeRq, sopClass: ctStorage, messageId: 1, dataSet: true, instance: '1.2.3' }),
        pDataPieces({ bytes: object }, 4000),
      ),
    ),
    ...said.storeResponse(),
    ...said.release(),
  ];
  const { records, losses } = run(turns, secrets, limits);
  expect(records.associations).toMatchObject([{ objects: 1, operations: 1, outcome: 'released' }]);
  return {
    association: records.associations[0],
    operation: records.operations[0],
    exposure: records.exposures[0],
    losses,
    records,
  };
}

describe('B37 command sets', () => {
  const echo = { field: commandField.echoRq, sopClass: '1.2.840.10008.1.1', messageId: 5 };

  it.each<[string, CommandOptions, object]>([
    ['without a group length', { ...echo, groupLength: false }, { command: 'C-ECHO', messageId: 5 }],
    ['with a wrong group length', { ...echo, groupLength: 4000 }, { command: 'C-ECHO', messageId: 5 }],
    ['of an unknown command', { ...echo, field: 0x0666 }, { command: '0x0666', messageId: 5 }],
    ['without a message id', { field: echo.field, sopClass: echo.sopClass }, { command: 'C-ECHO', messageId: null }],
    ['without a SOP class', { field: commandField.echoRq, messageId: 5 }, { command: 'C-ECHO', sopClass: null }],
  ])('%s', (_, options, expected) => {
    const { records } = within(client(command(options)));
    expect(records.operations).toMatchObject([expected, { command: 'C-STORE', messageId: 99, complete: true }]);
  });

  it('without a command field, empty, cut, of noise: no operation, and the next is read', () => {
    for (const bytes of [
      commandSet({ messageId: 5 }),
      new Uint8Array(0),
      commandSet(echo).subarray(0, 30),
      counting(200, 7),
    ]) {
      const { records } = within(client(pData([{ command: true, bytes }])));
      expect(records.operations.filter(({ messageId }) => messageId === 99)).toMatchObject([
        { command: 'C-STORE', complete: true },
      ]);
      expect(records.operations.length).toBeLessThanOrEqual(2);
    }
  });

  it('longer than its bound', () => {
    const endless = pDataPieces(
      { command: true, last: false, bytes: concat(commandSet(echo), counting(200_000)) },
      16_000,
    );
    const { records, losses } = within(client(endless));
    expect(records.associations).toMatchObject([{ outcome: 'released' }]);
    expect(losses['not-parsed']?.bytes).toBeGreaterThan(190_000);
  });

  it('of message ids used again, answered in turn and out of turn', () => {
    const again = [1, 1, 1].flatMap(() => [...said.store(1)]);
    expect(
      within(...again).records.operations.map(({ messageId, status, complete }) => [messageId, status, complete]),
    ).toEqual([
      [1, 0, true],
      [1, 0, true],
      [1, 0, true],
      [99, 0, true],
    ]);
    const ahead = [
      ...said.storeRequest(1),
      ...said.storeRequest(2),
      ...said.storeRequest(3),
      ...said.storeResponse(3),
      ...said.storeResponse(1),
      ...said.storeResponse(2),
    ];
    expect(
      within(...ahead)
        .records.operations.map(({ messageId, status }) => [messageId, status])
        .sort(),
    ).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [99, 0],
    ]);
  });

  it('more open at once than are kept: the oldest go, and say so', () => {
    const many = Array.from({ length: 40 }, (_, i) => client(command({ ...echo, messageId: i + 100 })));
    const { records } = run([...said.open(), ...many, ...said.release()], [], { outstandingOperationsMax: 16 });
    expect(records.operations).toHaveLength(40);
    expect(records.operations.filter(({ incomplete }) => incomplete.includes('evicted'))).toHaveLength(24);
  });

  it('a cancel, of a query at work and of none', () => {
    const cancel = (respondedTo: number) => client(command({ field: commandField.cancelRq, respondedTo }, 3));
    const final = server(command({ field: commandField.findRsp, respondedTo: 7, status: 0xfe00 }, 3));
    const { records } = within(...said.findRequest(7), cancel(7), cancel(4), final);
    expect(records.operations).toMatchObject([
      { command: 'C-FIND', cancelled: true, statusKind: 'cancel' },
      { messageId: 99 },
    ]);
  });

  const services = [
    'eventReport',
    'nGet',
    'nSet',
    'nAction',
    'nCreate',
    'nDelete',
    'get',
    'move',
    'find',
    'echo',
  ] as const;
  it.each(services)('%s, asked by either side and answered', (service) => {
    for (const [asks, answers] of [
      [client, server],
      [server, client],
    ] as const) {
      const { records } = within(
        asks(
          command({
            field: commandField[`${service}Rq`],
            requestedSopClass: '1.2.840.10008.3.1.2.3.3',
            messageId: 11,
            requestedInstance: '1.2.3',
            eventType: 1,
            actionType: 1,
          }),
        ),
        answers(command({ field: commandField[`${service}Rsp`], respondedTo: 11, status: 0x0110 })),
      );
      const [operation] = records.operations.filter(({ messageId }) => messageId === 11);
      expect(operation).toMatchObject({
        requester: asks === client ? 'client' : 'server',
        status: 0x0110,
        responses: 1,
        complete: true,
      });
    }
  });
});

describe('B38 data sets', () => {
  const head: readonly TestElement[] = [
    ['00080005', 'CS', 'ISO_IR 100'],
    ['00100010', 'PN', 'Invented^Ines'],
    ['00100020', 'LO', 'ZZ-0001'],
    ['00100030', 'DA', '19700102'],
  ];
  const shown = ({ exposure }: ReturnType<typeof stored>) =>
    exposure.attributes.map(({ attribute }) => attribute).sort();
  const three = ['PatientBirthDate', 'PatientID', 'PatientName'];
  const little: DataSetForm = { encoding: 'explicit' };
  const explicitHead = dataSet(head, little);
  const patient = { patients: 1, patientData: true };

  it.each<[string, string, Uint8Array]>([
    ['implicit', implicitLittle, dataSet(head, { encoding: 'implicit' })],
    ['explicit', explicitLittle, explicitHead],
    ['big-endian', bigEndian, dataSet(head, { encoding: 'big-endian' })],
    ['deflated', deflated, deflateRawSync(explicitHead)],
    [
      'encapsulated',
      jpeg,
      concat(
        explicitHead,
        elementHeader('7FE00010', 'OB', 0xffffffff, little),
        dataSet([], little),
        elementHeader('FFFEE000', '', 0, little),
        elementHeader('FFFEE000', '', 64, little),
        counting(64),
        elementHeader('FFFEE0DD', '', 0, little),
      ),
    ],
  ])('%s', (_, syntax, bytes) => {
    const read = stored(bytes, syntax);
    expect(read.association).toMatchObject({ ...patient, complete: true });
    expect(shown(read)).toEqual(three);
  });

  it('that contradict their transfer syntax', () => {
    const forms = { implicit: implicitLittle, explicit: explicitLittle, 'big-endian': bigEndian } as const;
    for (const encoding of ['implicit', 'explicit', 'big-endian'] as const) {
      for (const syntax of [...Object.values(forms), deflated, jpeg, '1.2.3.4']) {
        const read = stored(dataSet(head, { encoding }), syntax);
        expect(read.association, `${encoding} as ${syntax}`).toMatchObject(patient);
        expect(shown(read)).toEqual(three);
      }
    }
  });

  it.each([63, 64, 65, 10_000])('sequences nested %i deep, of undefined and of known length', (depth) => {
    const open = concat(
      ...Array.from({ length: depth }, () =>
        concat(elementHeader('00081140', 'SQ', 0xffffffff, little), elementHeader('FFFEE000', '', 0xffffffff, little)),
      ),
    );
    const close = concat(
      ...Array.from({ length: depth }, () =>
        concat(elementHeader('FFFEE00D', '', 0, little), elementHeader('FFFEE0DD', '', 0, little)),
      ),
    );
    const before = stored(concat(explicitHead.subarray(0, 18), open, close, explicitHead.subarray(18)));
    const after = stored(concat(explicitHead, open, close));
    expect(after.association).toMatchObject(patient);
    if (depth < 64) expect(before.association).toMatchObject(patient);
    let known = counting(0);
    for (let i = 0; i < Math.min(depth, 3000); i++) {
      const itemHead = elementHeader('FFFEE000', '', known.length, little);
      known = concat(elementHeader('00081140', 'SQ', known.length + 8, little), itemHead, known);
    }
    expect(stored(concat(known, explicitHead)).association).toMatchObject(patient);
  });

  it.each<[string, Uint8Array]>([
    ['odd lengths', concat(explicitElement(0x00080070, 'LO', ascii('odd')), explicitHead)],
    [
      'private creators and private elements',
      concat(
        explicitHead.subarray(0, 18),
        explicitElement(0x00090010, 'LO', ascii('ACME 1.1')),
        explicitElement(0x00091001, 'UN', counting(30)),
        explicitHead.subarray(18),
      ),
    ],
    [
      'an element of 4 GB at the end',
      concat(explicitHead, elementHeader('7FE00010', 'OW', 0xfffffffe, little), counting(5000)),
    ],
    [
      'elements after the pixel data',
      concat(explicitHead, explicitPixelData(9000), explicitElement(0xfffcfffc, 'OB', counting(20))),
    ],
    [
      'a group length and padding',
      concat(explicitElement(0x00080000, 'UL', u32of('little', 14)), explicitHead, new Uint8Array(6)),
    ],
    ['no pixel data and a trailing byte', concat(explicitHead, counting(1))],
  ])('%s', (_, bytes) => {
    const read = stored(bytes);
    expect(read.association).toMatchObject(patient);
    expect(shown(read)).toEqual(expect.arrayContaining(three));
  });

  it('patient data after the pixel data is seen too', () => {
    expect(
      stored(concat(explicitHead.subarray(0, 18), explicitPixelData(9000), explicitHead.subarray(18))).association,
    ).toMatchObject(patient);
  });

  it('nonsense VRs, tags that descend, and lengths beyond the end show nothing that is not there', () => {
    for (const bytes of [
      concat(explicitHead, explicitElement(0x00200010, 'ZZ', counting(4)), counting(40)),
      concat(explicitHead, elementHeader('00204000', 'LT', 0xffff, little), counting(10)),
      concat(dataSet(head.toReversed(), little)),
      concat(explicitHead, new Uint8Array(3000).fill(0xff)),
    ]) {
      const read = stored(bytes);
      expect(read.association).toMatchObject(patient);
      expect(shown(read).filter((name) => !three.includes(name))).toEqual([]);
    }
  });

  it.each([1, 20, 300])('a deflate bomb of %i MB: read to its bound', (megabytes) => {
    const bomb = deflateRawSync(
      concat(explicitHead, elementHeader('7FE00010', 'OW', megabytes << 20, little), new Uint8Array(megabytes << 20)),
    );
    const read = stored(bomb, deflated);
    expect(read.association).toMatchObject(patient);
    expect(read.operation.incomplete).toEqual(megabytes > 64 ? ['not-decodable'] : []);
  });

  it('a deflated one broken in the middle: what comes before is shown', () => {
    const head1 = deflateRawSync(explicitHead, { finishFlush: 2 });
    const read = stored(concat(head1, new Uint8Array(60).fill(0xff)), deflated);
    expect(read.association).toMatchObject({ ...patient, complete: false });
    expect(shown(read)).toEqual(three);
  });

  it('a flood of empty elements', () => {
    const empty = explicitElement(0x00080070, 'LO', counting(0));
    const flood = concat(...Array.from({ length: 20_000 }, () => empty));
    expect(stored(concat(explicitHead, flood), explicitLittle, [], { elementsMax: 5000 }).operation.incomplete).toEqual(
      ['not-decodable'],
    );
    expect(stored(concat(explicitHead, flood)).association).toMatchObject({ ...patient, complete: true });
  });

  it.each<[string, string, Uint8Array]>([
    ['Latin-1', 'ISO_IR 100', ascii('Erfunden^J\xfcrgen')],
    ['Latin-2', 'ISO_IR 101', ascii('Zmy\xb6lony^Jan')],
    ['Cyrillic', 'ISO_IR 144', ascii('\xbb\xee\xdaceB')],
    ['Arabic', 'ISO_IR 127', ascii('\xe2\xc8\xc7\xe6\xea^\xe4\xe6\xd2\xc7\xd1')],
    ['Greek', 'ISO_IR 126', ascii('\xc4\xe9\xef\xed')],
    ['Hebrew', 'ISO_IR 138', ascii('\xf9\xf8\xe5\xef')],
    ['Thai', 'ISO_IR 166', ascii('\xca\xc1\xaa\xd2\xc2^\xb7\xb4\xca\xcd\xba')],
    ['Japanese, ISO 2022', '\\ISO 2022 IR 87', ascii('Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B')],
    ['Japanese, one byte', 'ISO_IR 13', ascii('\xd4\xcf\xc0\xde^\xc0\xdb\xb3')],
    ['Korean', '\\ISO 2022 IR 149', ascii('Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7')],
    ['Chinese', 'GB18030', ascii('Wang=\xcd\xf5^\xd0\xa1\xb6\xab')],
    ['UTF-8', 'ISO_IR 192', new TextEncoder().encode('Erfunden^Jürgen=王')],
    ['one that is none', 'ISO_IR 999', ascii('Nobody^\xff\xfe\x80')],
    ['escapes cut short', '\\ISO 2022 IR 87', ascii('Nobody^\x1b$B;\x1b')],
  ])('names in %s are shown, and never written', (_, set, name) => {
    const value = name.length % 2 === 0 ? name : concat(name, ascii(' '));
    const bytes = concat(
      dataSet([['00080005', 'CS', set]], little),
      explicitElement(0x00100010, 'PN', value),
      dataSet([['00100020', 'LO', 'ZZ-0001']], little),
    );
    const read = stored(bytes, explicitLittle, [
      Buffer.from(name).toString('utf8'),
      Buffer.from(name).toString('latin1'),
    ]);
    expect(read.association).toMatchObject(patient);
    expect(shown(read)).toEqual(['PatientID', 'PatientName']);
  });

  it('cut anywhere, by a last flag too soon: nothing is shown that was not sent', () => {
    const object = explicitDataSet(patientRows);
    for (let length = 1; length < object.length; length += 5) {
      const { records } = run([
        ...said.open(),
        client(
          concat(
            command({ field: commandField.storeRq, sopClass: ctStorage, messageId: 1, dataSet: true }),
            pData([{ bytes: object.subarray(0, length) }]),
          ),
        ),
        ...said.store(2),
        ...said.release(),
      ]);
      expect(records.associations).toMatchObject([{ objects: 2, patients: 1, outcome: 'released' }]);
      const first = records.operations[0];
      expect(first.requestBytes).toBe(length);
    }
  });

  it('of noise', () => {
    for (let seed = 1; seed < 60; seed++) {
      const noise = Uint8Array.from({ length: 900 }, (_, i) => (Math.imul(i + 1, seed * 2654435761) >>> 13) & 0xff);
      const read = stored(concat(u16of('little', 8), u16of('little', 5), noise));
      expect(read.association.patients).toBe(0);
    }
  });
});
