// Proves the words that all sentences share: who, where, how many, and what was not seen.
import { describe, expect, it } from 'vitest';
import { counted } from '../../src/bytes/counted.ts';
import {
  atStart,
  clientInWords,
  incompleteInWords,
  listed,
  listener,
  serverInWords,
} from '../../src/detections/sentence.ts';
import type { Incomplete } from '../../src/model/records.ts';
import { association } from '../support/subject.ts';

describe('ends', () => {
  it('are a title and an address', () => {
    const given = association({
      callingAe: 'CT01',
      clientAddress: '10.1.2.3',
      calledAe: 'ARCHIVE',
      serverAddress: '10.1.2.4',
      serverPort: 104,
    });
    expect([clientInWords(given), serverInWords(given)]).toEqual(['CT01 (10.1.2.3)', 'ARCHIVE (10.1.2.4:104)']);
  });

  it('are the address alone where no title was seen, and say that one is empty', () => {
    const unseen = association({
      callingAe: null,
      clientAddress: '10.1.2.3',
      calledAe: null,
      serverAddress: '10.1.2.4',
      serverPort: 104,
    });
    expect([clientInWords(unseen), serverInWords(unseen)]).toEqual(['10.1.2.3', '10.1.2.4:104']);
    expect(clientInWords(association({ callingAe: '', clientAddress: '10.1.2.3' }))).toBe(
      '(empty AE title) (10.1.2.3)',
    );
  });

  it('of IPv6 keep address and port apart', () => {
    expect(listener(association({ serverAddress: '2001:db8::1', serverPort: 104 }))).toBe('[2001:db8::1]:104');
  });

  it('begin where the request was', () => {
    const { time, packet } = atStart(association({ start: 5, firstCapture: 'p1', firstFrame: 4 }));
    expect([time, packet]).toEqual([5, { capture: 'p1', frame: 4 }]);
  });
});

it.each([
  [0, '0 patients'],
  [1, '1 patient'],
  [12, '12 patients'],
  ['10000+', '10000+ patients'],
] as const)('%s is counted as %s', (count, words) => {
  expect(counted(count, 'patient')).toBe(words);
});

it('takes another plural where told', () => expect(counted(2, 'study', 'studies')).toBe('2 studies'));

it.each<[string[], number, string]>([
  [[], 3, ''],
  [['a'], 3, 'a'],
  [['a', 'b'], 3, 'a and b'],
  [['a', 'b', 'c'], 3, 'a, b and c'],
  [['a', 'b', 'c', 'd'], 2, 'a, b and 2 more'],
])('%j, at most %i, is listed as "%s"', (words, most, text) => {
  expect(listed(words, most)).toBe(text);
});

describe('what was not seen', () => {
  const reasons: Incomplete[] = [
    'mid-stream',
    'one-direction',
    'missed-bytes',
    'ambiguous',
    'truncated',
    'cut',
    'lost-step',
    'not-decodable',
    'evicted',
  ];

  it.each(reasons)('%s has words of its own', (reason) => {
    const words = incompleteInWords([reason]);
    expect(words).toMatch(/^ Seen only in part \([a-z].+\): true numbers may be higher\.$/);
    for (const other of reasons) if (other !== reason) expect(incompleteInWords([other])).not.toBe(words);
  });

  it('may have no reason', () => {
    expect(incompleteInWords([])).toBe(' Seen only in part: true numbers may be higher.');
  });
});
