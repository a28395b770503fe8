// Proves: records that do not encrypt are told in the middle of a stream by what is behind their PDUs; others are not.
import { expect, it } from 'vitest';
import { findStep } from '../../../src/protocols/dicom/resync.ts';
import { findPlainStep, isInRecord } from '../../../src/protocols/tls/plain-step.ts';
import { concat, counting, hex, u8, u16 } from '../../support/bytes.ts';
import { seeded } from '../../support/chunks.ts';
import { associateRq, commandField, commandSet, pData, releaseRq, verification } from '../../support/pdu.ts';

const random = seeded(7);
const noise = (length: number) => Uint8Array.from({ length }, () => random() * 256);
const echo = pData([{ command: true, bytes: commandSet({ sopClass: verification, field: commandField.echoRq }) }]);
const record = (body: Uint8Array, version = '0303') => concat(u8(23), hex(version), u16(body.length), body);
const tells = (plaintext: Uint8Array) => findStep(plaintext, 0, plaintext.length, 2) >= 0;
const find = (bytes: Uint8Array) => findPlainStep(bytes, 0, bytes.length, tells);

it.each([10, 16, 20, 32, 48])('a MAC of %i bytes behind a PDU, or behind two', (macBytes) => {
  const told = { suite: { macBytes, innerType: false }, version: 0x0302 };
  expect(find(concat(counting(50), record(concat(echo, noise(macBytes)), '0302'), counting(9)))).toEqual(told);
  expect(find(record(concat(echo, echo, noise(macBytes)), '0302'))).toEqual(told);
});

it.each([32, 48])('of TLS 1.3 a MAC of %i bytes behind the content type and zeros', (macBytes) => {
  const told = { suite: { macBytes, innerType: true }, version: 0x0303 };
  for (const zeros of [0, 5])
    expect(find(record(concat(echo, hex('17'), new Uint8Array(zeros), noise(macBytes))))).toEqual(told);
});

it('the headers of a P-DATA in a record of their own', () => {
  const bytes = concat(record(concat(echo.subarray(0, 12), noise(20))), record(concat(echo.subarray(12), noise(20))));
  expect(find(bytes)).toEqual({ suite: { macBytes: 20, innerType: false }, version: 0x0303 });
});

it('nothing where it is encrypted, no DICOM, or too little to tell', () => {
  expect(find(concat(...Array.from({ length: 200 }, () => record(noise(700)))))).toBeNull();
  expect(find(noise(200_000))).toBeNull();
  expect(find(record(concat(releaseRq(), noise(20))))).toBeNull();
  expect(find(record(concat(echo, noise(21))))).toBeNull();
  expect(find(concat(counting(50), echo, counting(20)))).toBeNull();
});

it('a PDU in a record is told from one in clear', () => {
  const inside = concat(counting(30), record(concat(associateRq(), noise(20))), record(noise(9)));
  expect(isInRecord(inside, 0, 60, 35)).toBe(true);
  expect(isInRecord(inside, 0, inside.length, 100)).toBe(true);
  expect(isInRecord(inside, 31, inside.length, 35)).toBe(false);
  expect(isInRecord(concat(counting(30), echo), 0, 100, 30)).toBe(false);
});
