// Dialogues of two sides become facts, however the bytes are cut; what is wrong or too much costs itself only.
import { describe, expect, test } from 'vitest';
import { concat } from '../../support/bytes.ts';
import { brief, client, hear, type Step, server, settled } from '../../support/dicom-dialogue.ts';
import {
  abort,
  associateAc,
  associateRj,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitLittle,
  explicitPixelData,
  implicitDataSet,
  implicitLittle,
  patientRows,
  pData,
  pDataPieces,
  pdu,
  releaseRp,
  releaseRq,
  studyRootFind,
  verification,
} from '../../support/pdu.ts';

const echoRq = commandSet({ sopClass: verification, field: commandField.echoRq, messageId: 1 });
const echoRsp = commandSet({ sopClass: verification, field: commandField.echoRsp, respondedTo: 1, status: 0 });
const instance = '1.2.826.0.1.3680043.9.9999.3.1';
const storeRq = commandSet({ sopClass: ctStorage, field: commandField.storeRq, messageId: 7, dataSet: true, instance });
const storeRsp = commandSet({ sopClass: ctStorage, field: commandField.storeRsp, respondedTo: 7, status: 0, instance });
const object = concat(explicitDataSet(patientRows), explicitPixelData(3000));
const small = implicitDataSet(patientRows);
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

interface Dialogue {
  readonly proves: string;
  readonly steps: readonly Step[];
  readonly says: readonly string[];
}

const command = (bytes: Uint8Array, context = 1) => ({ context, command: true, bytes });
const accepted = ['0 associate-request MODALITY ARCHIVE', '1 associate-accept'];
const over = ['0 release-request', '1 release-response'];

const dialogues: readonly Dialogue[] = [
  {
    proves: 'an echo is a request, an acceptance, two commands and a release',
    steps: [
      [client, associateRq()],
      [server, associateAc()],
      [client, pData([command(echoRq)])],
      [server, pData([command(echoRsp)])],
      ...released,
    ],
    says: [...accepted, '0 command 1 0x0030', '1 command 1 0x8030', ...over],
  },
  {
    proves: 'a store is a command, its data set over many PDUs, and a response',
    steps: [
      ...opened,
      [client, concat(pData([command(storeRq)]), pDataPieces({ bytes: object }, 500))],
      [server, pData([command(storeRsp)])],
      ...released,
    ],
    says: [...accepted, '0 command 1 0x0001', `0 data-set 1 whole ${object.length}`, '1 command 1 0x8001', ...over],
  },
  {
    proves: 'command and data set may share a PDU',
    steps: [...opened, [client, pData([command(storeRq), { bytes: object }])], ...released],
    says: [...accepted, '0 command 1 0x0001', `0 data-set 1 whole ${object.length}`, ...over],
  },
  {
    proves: 'B35: a command may come in ten fragments',
    steps: [
      ...opened,
      [client, pDataPieces(command(storeRq), Math.ceil(storeRq.length / 10))],
      [client, pData([{ bytes: object }])],
      ...released,
    ],
    says: [...accepted, '0 command 1 0x0001', `0 data-set 1 whole ${object.length}`, ...over],
  },
  {
    proves: 'B35: messages of two contexts may be interleaved',
    steps: [
      [
        client,
        associateRq({
          contexts: [
            { id: 1, abstractSyntax: ctStorage },
            { id: 3, abstractSyntax: studyRootFind },
          ],
        }),
      ],
      [server, associateAc({ contexts: [{ id: 1 }, { id: 3 }] })],
      [
        client,
        pData([
          { context: 1, command: true, last: false, bytes: storeRq.subarray(0, 20) },
          command(commandSet({ sopClass: studyRootFind, field: commandField.findRq, messageId: 8, dataSet: true }), 3),
          { context: 3, last: false, bytes: small.subarray(0, 30) },
          { context: 1, command: true, bytes: storeRq.subarray(20) },
          { context: 1, last: false, bytes: small.subarray(0, 50) },
          { context: 3, bytes: small.subarray(30) },
          { context: 1, bytes: small.subarray(50) },
        ]),
      ],
      ...released,
    ],
    says: [
      ...accepted,
      '0 command 3 0x0020',
      '0 command 1 0x0001',
      `0 data-set 3 whole ${small.length}`,
      `0 data-set 1 whole ${small.length}`,
      ...over,
    ],
  },
  {
    proves: 'B36: data may come before the acceptance, whose syntax is then worked out',
    steps: [
      [client, associateRq({ contexts: storeContexts })],
      [client, pData([command(storeRq), { bytes: object }])],
      [server, associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }] })],
      ...released,
    ],
    says: [accepted[0], '0 command 1 0x0001', `0 data-set 1 whole ${object.length}`, accepted[1], ...over],
  },
  {
    proves: 'a rejection keeps its three numbers',
    steps: [
      [client, associateRq()],
      [server, associateRj(2, 3, 1)],
      [client, 'fin'],
      [server, 'fin'],
    ],
    says: [accepted[0], '1 associate-reject 2 3 1'],
  },
  {
    proves: 'B36: an abort inside a data set ends it as cut, and what still arrives of it is no data set',
    steps: [
      ...opened,
      [client, concat(pData([command(storeRq)]), pData([{ bytes: object }]).subarray(0, 1012))],
      [server, abort(2, 1)],
      [client, pData([{ bytes: object }]).subarray(1012)],
      [client, 'cut'],
      [server, 'cut'],
    ],
    says: [...accepted, '0 command 1 0x0001', '0 data-set 1 cut 1000', '1 abort 2 1'],
  },
  {
    proves: 'a second request on the connection begins anew: its contexts have their own syntaxes',
    steps: [
      ...opened,
      [client, releaseRq()],
      [server, releaseRp()],
      [client, associateRq({ contexts: storeContexts, callingAe: 'OTHER' })],
      [server, associateAc({ contexts: [{ id: 1, transferSyntax: implicitLittle }] })],
      [client, pData([command(storeRq), { bytes: small }])],
      ...released,
    ],
    says: [
      ...accepted,
      ...over,
      '0 associate-request OTHER ARCHIVE',
      '1 associate-accept',
      '0 command 1 0x0001',
      `0 data-set 1 whole ${small.length}`,
      ...over,
    ],
  },
  {
    proves: 'B36: a request of one side amid a value of the other: what still arrives of that is no data set',
    steps: [
      ...opened,
      [client, concat(pData([command(storeRq)]), pData([{ bytes: object, last: false }]).subarray(0, 112))],
      [server, associateRq({ callingAe: 'OTHER' })],
      [client, pData([{ bytes: object, last: false }]).subarray(112)],
      [client, pData([{ bytes: object.subarray(50) }])],
      ...released,
    ],
    says: [
      ...accepted,
      '0 command 1 0x0001',
      '0 data-set 1 cut 100',
      '1 associate-request OTHER ARCHIVE',
      `0 data-set-skipped 1 ${object.length - 50}`,
      ...over,
    ],
  },
  {
    proves: 'a new command while a data set is open closes it as cut',
    steps: [
      ...opened,
      [client, pData([command(storeRq), { last: false, bytes: object.subarray(0, 100) }, command(echoRq)])],
      ...released,
    ],
    says: [...accepted, '0 command 1 0x0001', '0 data-set 1 cut 100', '0 command 1 0x0030', ...over],
  },
  {
    proves: 'a command whose last fragment is not marked is read when its data set begins, and said to be so',
    steps: [...opened, [client, pData([{ ...command(storeRq), last: false }, { bytes: object }])], ...released],
    says: [
      ...accepted,
      '0 command 1 0x0001',
      `0 malformed message-control at ${begun + 6}: the last command fragment is not marked`,
      `0 data-set 1 whole ${object.length}`,
      ...over,
    ],
  },
  {
    proves: 'an announced data set that never comes is stated as cut',
    steps: [...opened, [client, pData([command(storeRq)])], [client, 'cut'], [server, 'cut']],
    says: [...accepted, '0 command 1 0x0001', '0 data-set 1 cut 0'],
  },
  {
    proves: 'a data set without a command is read all the same',
    steps: [...opened, [client, pData([{ bytes: object }])], ...released],
    says: [...accepted, `0 data-set 1 whole ${object.length}`, ...over],
  },
  {
    proves: 'B32: an unknown PDU type is passed over by its length',
    steps: [...opened, [client, pdu(0x42, new Uint8Array(300))], [client, pData([command(echoRq)])], ...released],
    says: [...accepted, `0 malformed pdu-type at ${begun}: 66 is unknown`, '0 command 1 0x0030', ...over],
  },
  {
    proves: 'B32: lengths that no PDU can have cost that PDU',
    steps: [
      ...opened,
      [client, concat(pdu(1, new Uint8Array(60)), pdu(4, new Uint8Array(3)), pdu(6, new Uint8Array(0)))],
      [client, pData([command(echoRq)])],
      ...released,
    ],
    says: [
      ...accepted,
      `0 malformed pdu-length at ${begun}: 60 is too short for PDU type 1`,
      `0 malformed pdu-length at ${begun + 66}: 3 is too short for PDU type 4`,
      `0 malformed pdu-length at ${begun + 75}: 0 is too short for PDU type 6`,
      '0 command 1 0x0030',
      ...over,
    ],
  },
  {
    proves: 'B35: a value longer than its PDU, or shorter than its header, costs the rest of the PDU',
    steps: [
      ...opened,
      [client, pdu(4, Uint8Array.of(0, 0, 0, 9, 1, 3, 0, 0))],
      [client, pdu(4, Uint8Array.of(0, 0, 0, 1, 1, 3, 0, 0))],
      [client, pdu(4, Uint8Array.of(0, 0, 0, 2, 1, 2, 0, 0))],
      [client, pData([command(echoRq)])],
      ...released,
    ],
    says: [
      ...accepted,
      `0 malformed pdv-length at ${begun + 6}: 9 is more than the PDU holds`,
      `0 malformed pdv-length at ${begun + 20}: is below 2`,
      `0 malformed pdv-length at ${begun + 40}: 2 bytes are left over in the PDU`,
      '0 command 1 0x0030',
      ...over,
    ],
  },
  {
    proves: 'data on an even context id is read, and said once',
    steps: [...opened, [client, pData([command(echoRq, 2)])], [client, pData([command(echoRq, 2)])], ...released],
    says: [
      ...accepted,
      `0 malformed presentation-context-id at ${begun + 6}: is even`,
      '0 command 2 0x0030',
      '0 command 2 0x0030',
      ...over,
    ],
  },
  {
    proves: 'P-DATA without an association is mid-stream, said once and first',
    steps: [
      [client, pData([command(storeRq), { bytes: object }])],
      [server, pData([command(storeRsp)])],
      [client, 'cut'],
      [server, 'cut'],
    ],
    says: ['0 mid-stream', '0 command 1 0x0001', `0 data-set 1 whole ${object.length}`, '1 command 1 0x8001'],
  },
  {
    proves: 'B20: an acceptance comes alone when the other direction was not captured',
    steps: [
      [server, associateAc()],
      [server, pData([command(echoRsp)])],
      [server, releaseRp()],
      [server, 'fin'],
    ],
    says: ['1 associate-accept', '1 command 1 0x8030', '1 release-response'],
  },
];

describe('dialogues', () => {
  for (const { proves, steps, says } of dialogues) {
    test(proves, () => {
      expect(settled(hear(steps).facts).map(brief)).toEqual(says);
    });
  }

  test('the facts do not depend on how the bytes are cut', () => {
    for (const { proves, steps } of dialogues) {
      const whole = hear(steps);
      for (const chunk of [1, 2, 5, 7, 13, 1460]) {
        const cut = hear(steps, { chunk });
        expect(settled(cut.facts), `${proves}, ${chunk}`).toEqual(settled(whole.facts));
        expect(cut.notParsed, `${proves}, ${chunk}`).toEqual(whole.notParsed);
      }
    }
  });
});

describe('what breaks the rules of the upper layer', () => {
  const faultsOf = (steps: readonly Step[]) =>
    hear(steps).facts.flatMap((fact) => (fact.kind === 'malformed' ? [`${fact.field} ${fact.reason}`] : []));

  test('P-DATA on a context that was never accepted', () => {
    const echo = pData([{ context: 7, command: true, last: true, bytes: echoRq }]);
    expect(faultsOf([...opened, [client, echo], [client, echo]])).toEqual([
      'presentation-context-id was never accepted',
    ]);
    expect(faultsOf([opened[0], [client, echo]])).toEqual([]);
  });
});
