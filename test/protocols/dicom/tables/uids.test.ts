// UIDs are well-formed, known to the scanner, and tell services apart.
import { describe, expect, test } from 'vitest';
import { encodingOf } from '../../../../src/protocols/dicom/tables/transfer-syntaxes.ts';
import { serviceOf, sopClasses, transferSyntaxes } from '../../../../src/protocols/dicom/tables/uids.ts';
import { commandField, ctStorage, studyRootFind, verification } from '../../../support/pdu.ts';

describe('tables of UIDs', () => {
  test('every UID is one, and every row has a name', () => {
    const names = [...sopClasses].map(([uid, { name }]) => [uid, name]);
    for (const [uid, name] of [...transferSyntaxes, ...names]) {
      expect(uid).toMatch(/^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/);
      expect(uid.length).toBeLessThanOrEqual(64);
      expect(name).not.toBe('');
    }
  });

  test('every transfer syntax of PS3.6 that is one of data sets has an encoding', () => {
    const without = [...transferSyntaxes.keys()].filter((uid) => encodingOf(uid) === null);
    // RFC 2557 and XML are no data sets.
    expect(without).toEqual(['1.2.840.10008.1.2.6.1', '1.2.840.10008.1.2.6.2']);
  });

  test('the storage classes of PS3.4 table B.5-1 are there, new and retired', () => {
    const stores = [...sopClasses].filter(([, row]) => row.service === 'store');
    expect(stores.length).toBeGreaterThan(170);
    for (const [, { name }] of stores) expect(name).toMatch(/Storage/);
  });
});

describe('serviceOf', () => {
  const cases = [
    [verification, commandField.echoRq, 'echo'],
    [ctStorage, commandField.storeRq, 'store'],
    [studyRootFind, commandField.findRq, 'query'],
    ['1.2.840.10008.5.1.4.1.2.2.2', commandField.moveRq, 'retrieve'],
    ['1.2.840.10008.5.1.4.1.2.2.3', commandField.getRsp, 'retrieve'],
    ['1.2.840.10008.5.1.4.31', commandField.findRq, 'worklist'],
    ['1.2.840.10008.3.1.2.3.3', commandField.nCreateRq, 'mpps'],
    ['1.2.840.10008.1.20.1', commandField.nActionRq, 'commitment'],
    ['1.2.840.10008.5.1.1.9', commandField.nCreateRq, 'print'],
    ['1.2.840.10008.5.1.4.34.6.1', commandField.nCreateRq, 'ups'],
    ['1.2.840.10008.5.1.4.33', commandField.nCreateRq, 'other'],
    ['1.2.3.private', commandField.storeRq, 'store'],
    [null, commandField.findRq, 'query'],
    [null, commandField.moveRsp, 'retrieve'],
    [null, commandField.nSetRq, 'other'],
  ] as const;
  for (const [sopClass, command, service] of cases) {
    test(`${sopClass} by 0x${command.toString(16)} is ${service}`, () =>
      expect(serviceOf(sopClass, command)).toBe(service));
  }
});
