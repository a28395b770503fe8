// Data sets are stated when they must be, a step lost without a hole is found again, and too much of anything is
// bounded.
import { describe, expect, test } from 'vitest';
import { attributes } from '../../../src/protocols/dicom/tables/attributes.ts';
import { concat } from '../../support/bytes.ts';
import { brief, client, hear, type Step, server, settled } from '../../support/dicom-dialogue.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  explicitPixelData,
  implicitLittle,
  patientRows,
  pData,
  pDataPieces,
  pdu,
  releaseRp,
  releaseRq,
  verification,
} from '../../support/pdu.ts';

const echoRq = commandSet({ sopClass: verification, field: commandField.echoRq, messageId: 1 });
const echoRsp = commandSet({ sopClass: verification, field: commandField.echoRsp, respondedTo: 1, status: 0 });
const instance = '1.2.826.0.1.3680043.9.9999.3.1';
const storeRq = commandSet({ sopClass: ctStorage, field: commandField.storeRq, messageId: 7, dataSet: true, instance });
const object = concat(explicitDataSet(patientRows), explicitPixelData(3000));
const storeContexts = [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [implicitLittle, explicitLittle] }];
const opened: readonly Step[] = [
  [client, associateRq({ contexts: storeContexts })],
  [server, associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }] })],
];
/** Where the client's first byte after the request is. */
const begun = associateRq({ contexts: storeContexts }).length;
const released: readonly Step[] = [
  [client, releaseRq()],
  [server, releaseRp()],
  [client, 'fin'],
  [server, 'fin'],
];

const command = (bytes: Uint8Array, context = 1) => ({ context, command: true, bytes });
const accepted = ['0 associate-request MODALITY ARCHIVE', '1 associate-accept'];
const over = ['0 release-request', '1 release-response'];

describe('data sets', () => {
  const store: readonly Step[] = [
    ...opened,
    [client, concat(pData([command(storeRq)]), pDataPieces({ bytes: object }, 500))],
  ];

  test('the scanner is given the accepted transfer syntax, and shows what the data set shows', () => {
    const fact = settled(hear([...store, ...released]).facts).find((one) => one.kind === 'data-set');
    expect(fact).toMatchObject({
      transferSyntax: explicitLittle,
      transferSyntaxGuessed: false,
      patientHash: expect.stringMatching(/^patient:/),
      studyHash: 'study:1.2.826.0.1.3680043.9.9999.2.1',
      instanceHash: `instance:${instance}`,
    });
    const shown = fact?.kind === 'data-set' ? fact.shown.map((one) => attributes[one.attribute].keyword) : [];
    expect(shown).toContain('PatientName');
  });

  test('before its acceptance, and against it, the syntax is worked out and that is said', () => {
    const early = hear([[client, associateRq({ contexts: storeContexts })], ...store.slice(2), ...released]).facts;
    expect(early.findLast((one) => one.kind === 'data-set')).toMatchObject({
      transferSyntax: explicitLittle,
      transferSyntaxGuessed: true,
    });
  });

  test('what was shown is stated when Pixel Data begins, once, and the rest at the end', () => {
    const stated = hear([...store, ...released], { chunk: 400 }).facts.filter((one) => one.kind === 'data-set');
    expect(stated.map((one) => one.final)).toEqual([false, true]);
    expect(stated[0].shown.length).toBeGreaterThan(0);
    expect(stated[1].shown).toEqual([]);
  });

  test('two data sets, one over and one at its Pixel Data within the same bytes: one interim statement', () => {
    const begun = pData([{ bytes: object, last: false }]);
    const both = concat(pData([command(storeRq), { bytes: object }, command(storeRq)]), begun);
    const stated = hear([...opened, [client, both], [client, 'cut']]).facts.filter((one) => one.kind === 'data-set');
    expect(stated.map((one) => [one.final, one.incomplete])).toEqual([
      [true, null],
      [false, null],
      [true, 'cut'],
    ]);
  });

  test('a data set that is over within the same bytes is stated once', () => {
    const stated = hear([...opened, [client, pData([command(storeRq), { bytes: object }])], ...released]).facts;
    expect(stated.filter((one) => one.kind === 'data-set').map((one) => one.final)).toEqual([true]);
  });
});

describe('a step lost without a hole', () => {
  test('after two unknown types in a row the next plausible PDU is looked for', () => {
    const zeros = new Uint8Array(500);
    const { facts, notParsed } = hear([...opened, [client, concat(zeros, pData([command(echoRq)]))], ...released]);
    expect(facts.map(brief)).toEqual([
      ...accepted,
      `0 malformed pdu-type at ${begun}: 0 is unknown`,
      `0 lost-step ${begun + 6} 494`,
      '0 command 1 0x0030',
      ...over,
    ]);
    expect(notParsed).toEqual([500, 0]);
  });

  test('what was kept while it was looked for is read once, whatever is in it', () => {
    const mess = concat(...Array.from({ length: 3000 }, () => concat(new Uint8Array(12), pData([command(echoRq)]))));
    const steps: Step[] = [...opened, [client, 9], [client, mess], [client, 'cut']];
    const { facts, notParsed } = hear(steps, { limits: { malformedMax: 1_000_000 } });
    expect(facts.filter((one) => one.kind === 'command')).toHaveLength(3000);
    expect(notParsed).toEqual([3000 * 12, 0]);
  });
});

describe('what is too much', () => {
  test('after limits.malformedMax malformed facts nothing more is parsed, and every byte is counted', () => {
    const bad = concat(...Array.from({ length: 5 }, () => pdu(4, new Uint8Array(5))));
    const steps: Step[] = [
      ...opened,
      [client, bad],
      [client, pData([command(echoRq)])],
      [server, pData([command(echoRsp)])],
    ];
    const { facts, notParsed } = hear(steps, { limits: { malformedMax: 4 } });
    expect(facts.filter((one) => one.kind === 'malformed')).toHaveLength(4);
    expect(facts.filter((one) => one.kind === 'command')).toEqual([]);
    expect(notParsed).toEqual([bad.length + pData([command(echoRq)]).length, pData([command(echoRsp)]).length]);
  });

  test('what the other side has in hand when parsing ends is counted too', () => {
    const bad = concat(pdu(4, new Uint8Array(5)), pdu(4, new Uint8Array(5)));
    const rest = pData([{ bytes: object }]).subarray(0, 30);
    const lost: Step[] = [
      [server, 3],
      [server, concat(new Uint8Array(40), rest)],
      [client, bad],
      [server, 'fin'],
    ];
    const { notParsed } = hear([...opened, ...lost], { limits: { malformedMax: 2 } });
    expect(notParsed).toEqual([bad.length, 70]);
    const header: Step[] = [
      [server, rest.subarray(0, 4)],
      [client, bad],
      [server, rest.subarray(4)],
    ];
    expect(hear([...opened, ...header], { limits: { malformedMax: 2 } }).notParsed).toEqual([bad.length, 30]);
    const whole: Step[] = [
      [server, associateAc().subarray(0, 50)],
      [client, bad],
    ];
    expect(hear([opened[0], ...whole], { limits: { malformedMax: 2 } }).notParsed).toEqual([bad.length, 50]);
  });

  test('a command set beyond its bound is dropped and said, and the next is read', () => {
    const long = commandSet({ field: commandField.echoRq, messageId: 1, errorComment: 'x'.repeat(400) });
    const steps: Step[] = [...opened, [client, pDataPieces(command(long), 100)], [client, pData([command(echoRq)])]];
    const { facts, notParsed } = hear([...steps, ...released], { limits: { commandSetBytesMax: 256 } });
    expect(facts.map(brief)).toEqual([
      ...accepted,
      `0 malformed command-set at ${begun + 6}: is too long`,
      '0 command 1 0x0030',
      ...over,
    ]);
    expect(notParsed).toEqual([long.length, 0]);
  });

  test('an association PDU beyond its bound is passed over', () => {
    const { facts } = hear(
      [
        [client, associateRq()],
        [client, releaseRq()],
      ],
      { limits: { associatePduBytesMax: 100 } },
    );
    expect(facts.map((one) => one.kind)).toEqual(['malformed', 'release-request']);
  });

  test('a length of 4 GiB costs what arrives of it, and nothing else', () => {
    const { facts, notParsed } = hear([...opened, [client, pdu(9, new Uint8Array(500), 0xffffffff)], [client, 'cut']]);
    expect(facts.map(brief)).toEqual([...accepted, `0 malformed pdu-type at ${begun}: 9 is unknown`]);
    expect(notParsed).toEqual([506, 0]);
  });
});
