// Proves that filters choose packets as they say, and that mistakes in them are named.
import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../src/decode/filter.ts';
import { OperatorError } from '../../src/model/errors.ts';

/** 10.1.2.3:40000 to 10.200.0.9:11112, and the same over IPv6; addresses lie at odd offsets, as in packets. */
const four = Uint8Array.from([0, 10, 1, 2, 3, 10, 200, 0, 9]);
const six = Uint8Array.from([0, ...ipv6('fd00', 1), ...ipv6('2001', 2)]);

function ipv6(first: string, last: number): number[] {
  const word = Number.parseInt(first, 16);
  return [word >> 8, word & 255, ...new Array(13).fill(0), last];
}

const matches4 = (text: string, ports: [number, number] = [40000, 11112]): boolean =>
  compileFilter(text).matches(4, four, 1, 5, ...ports);
const matches6 = (text: string): boolean => compileFilter(text).matches(6, six, 1, 17, 40000, 11112);

describe('filters', () => {
  it.each([
    ['host 10.1.2.3', true],
    ['host 10.200.0.9', true],
    ['host 10.1.2.4', false],
    ['src host 10.1.2.3', true],
    ['dst host 10.1.2.3', false],
    ['net 10.1.0.0/16', true],
    ['src net 10.200.0.0/16', false],
    ['net 10.201.0.0/15', true],
    ['net 10.202.0.0/15', false],
    ['net 0.0.0.0/0', true],
    ['net ::/0', false],
    ['port 11112', true],
    ['src port 11112', false],
    ['dst port 11112', true],
    ['port 11000-12000', true],
    ['portrange 104-200', false],
    ['not port 104', true],
    ['! port 11112', false],
    ['not not port 11112', true],
    ['host 10.1.2.3 and port 104', false],
    ['host 10.1.2.3 && port 11112', true],
    ['port 104 or port 11112', true],
    ['port 104||port 105', false],
    ['port 104 and port 105 or port 11112', true],
    ['port 11112 or port 104 and port 105', true],
    ['(port 11112 or port 104) and port 105', false],
    ['not (port 104 or port 105) and host 10.1.2.3', true],
    ['HOST 10.1.2.3 AND PORT 11112', true],
  ])('%s: %s', (text, expected) => {
    // Proves each term and the precedence of not, and, or.
    expect(matches4(text)).toBe(expected);
  });

  it.each([
    ['host fd00::1', true],
    ['host 2001::2', true],
    ['host 10.1.2.3', false],
    ['net fd00::/8', true],
    ['net 2001::/127', false],
    ['net 2001::2/127', true],
    ['net 0.0.0.0/0', false],
  ])('over IPv6, %s: %s', (text, expected) => {
    // Proves that families do not match each other's networks.
    expect(matches6(text)).toBe(expected);
  });

  it('does not find a port where there is none', () => {
    // Proves that packets without ports are chosen by address only.
    expect(matches4('port 0-65535', [-1, -1])).toBe(false);
    expect(matches4('host 10.1.2.3', [-1, -1])).toBe(true);
  });

  it.each([
    ['', 'is empty'],
    ['host', 'without a value'],
    ['host pacs.local', 'not an IP address'],
    ['host 10.1.2', 'not an IP address'],
    ['net 10.0.0.0', 'not a network'],
    ['net 10.0.0.0/33', 'longer than its address'],
    ['port dicom', 'not a port'],
    ['port 70000', 'not a port'],
    ['port 200-100', 'not a port'],
    ['host 10.0.0.1 port 104', '"port" where "and" or "or"'],
    ['(port 104', 'without its ")"'],
    ['port 104)', '")" where'],
    ['port 104 and', 'ends where'],
    ['tcp and port 104', '"tcp" where'],
    ['port 1 & port 2', '"&" where'],
  ])('refuses "%s"', (text, part) => {
    // Proves that a mistake is named, and is the operator's.
    let thrown: unknown;
    try {
      compileFilter(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(OperatorError);
    expect((thrown as OperatorError).message).toContain(part);
    expect((thrown as OperatorError).code).toBe('usage');
  });
});
