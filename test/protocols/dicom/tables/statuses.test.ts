// Statuses read as PS3.4 and PS3.7 word them, with their kind.
import { describe, expect, test } from 'vitest';
import { type StatusKind, statusWords } from '../../../../src/protocols/dicom/tables/statuses.ts';
import { commandField, ctStorage, studyRootFind } from '../../../support/pdu.ts';

const mpps = '1.2.840.10008.3.1.2.3.3';
const print = '1.2.840.10008.5.1.1.1';
const ups = '1.2.840.10008.5.1.4.34.6.1';

describe('a status has the words of its service and its kind', () => {
  const cases: readonly (readonly [number, string | null, number, StatusKind, RegExp])[] = [
    [commandField.storeRsp, ctStorage, 0x0000, 'success', /^success$/],
    [commandField.storeRsp, ctStorage, 0xa712, 'failure', /out of resources/],
    [commandField.storeRsp, ctStorage, 0xa900, 'failure', /does not match SOP class/],
    [commandField.storeRsp, ctStorage, 0xb007, 'warning', /does not match SOP class/],
    [commandField.storeRsp, ctStorage, 0xc123, 'failure', /cannot understand/],
    [commandField.storeRsp, ctStorage, 0x0122, 'failure', /SOP class not supported/],
    [commandField.findRsp, studyRootFind, 0xff00, 'pending', /pending/],
    [commandField.findRsp, studyRootFind, 0xff01, 'pending', /optional keys/],
    [commandField.findRsp, studyRootFind, 0xa700, 'failure', /out of resources/],
    [commandField.findRsp, studyRootFind, 0xfe00, 'cancel', /cancelled/],
    [commandField.moveRsp, null, 0xa801, 'failure', /move destination unknown/],
    [commandField.moveRsp, null, 0xb000, 'warning', /sub-operations complete/],
    [commandField.getRsp, null, 0xa702, 'failure', /sub-operations/],
    [commandField.nSetRsp, mpps, 0x0110, 'failure', /processing failure/],
    [commandField.nCreateRsp, mpps, 0x0107, 'warning', /attribute list error/],
    [commandField.nSetRsp, mpps, 0x0116, 'warning', /out of range/],
    [commandField.nActionRsp, print, 0xc602, 'failure', /queue is full/],
    [commandField.nActionRsp, ups, 0xc301, 'failure', /transaction UID/],
    [commandField.nActionRsp, null, 0x0124, 'failure', /not authorised/],
  ];
  for (const [command, sopClass, status, kind, text] of cases) {
    test(`0x${command.toString(16)} 0x${status.toString(16)}`, () => {
      expect(statusWords(command, sopClass, status)).toEqual({ kind, text: expect.stringMatching(text) });
    });
  }

  test('a status of no table keeps its number and gets the kind of its class', () => {
    expect(statusWords(commandField.echoRsp, null, 0xb123)).toEqual({
      kind: 'warning',
      text: 'warning, status 0xB123',
    });
    expect(statusWords(commandField.echoRsp, null, 0x0999)).toEqual({
      kind: 'failure',
      text: 'failure, status 0x0999',
    });
    expect(statusWords(commandField.echoRsp, null, 0xff00).kind).toBe('pending');
  });

  test('every status of 16 bits has words', () => {
    for (let status = 0; status < 0x10000; status += 7) {
      expect(statusWords(commandField.storeRsp, ctStorage, status).text).not.toBe('');
    }
  });
});
