import type { Side } from '../../src/model/facts.ts';
import { concat } from '../support/bytes.ts';
import {
  associateAc,
  associateRq,
  commandField,
  commandSet,
  ctStorage,
  explicitDataSet,
  explicitElement,
  explicitLittle,
  patientRows,
  pData,
  pDataPieces,
  releaseRp,
  releaseRq,
  studyRootFind,
} from '../support/pdu.ts';

/**
 * What the two sides of an association say in turn, in which a data set with so many bytes of Pixel Data, all 0, is
 * sent in values of `size`: an object that is stored, or a query, which has no mark of its content.
 */
export function longMessage(what: 'store' | 'find', pixelBytes: number, size: number): (readonly [Side, Uint8Array])[] {
  const dataSet = concat(explicitDataSet(patientRows), explicitElement(0x7fe00010, 'OW', new Uint8Array(pixelBytes)));
  const sopClass = what === 'store' ? ctStorage : studyRootFind;
  const [asks, answers] = fields[what];
  const request = commandSet({ sopClass, field: asks, messageId: 1, dataSet: true, instance: '1.2.3' });
  const response = commandSet({ sopClass, field: answers, respondedTo: 1, status: 0 });
  return [
    [0, associateRq({ contexts: [{ id: 1, abstractSyntax: sopClass, transferSyntaxes: [explicitLittle] }] })],
    [1, associateAc({ contexts: [{ id: 1, transferSyntax: explicitLittle }] })],
    [0, concat(pData([{ command: true, bytes: request }]), pDataPieces({ bytes: dataSet }, size))],
    [1, pData([{ command: true, bytes: response }])],
    [0, releaseRq()],
    [1, releaseRp()],
  ];
}

const fields = {
  store: [commandField.storeRq, commandField.storeRsp],
  find: [commandField.findRq, commandField.findRsp],
} as const;
