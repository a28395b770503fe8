// Proves that what keeps a sink from delivering is told in a sentence, without what a peer could put into a terminal.
import { expect, it } from 'vitest';
import { plain, SinkTrouble, troubleInWords } from '../../src/sinks/trouble.ts';

it.each<[unknown, string]>([
  [Object.assign(new Error('x'), { code: 'ENOTFOUND' }), 'siem:514: the name does not resolve'],
  [Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), 'siem:514: the certificate of the server has expired'],
  [Object.assign(new Error('odd\u001b[31m'), { code: 'EODD' }), 'siem:514: odd [31m (EODD)'],
  [new Error('no code'), 'siem:514: no code'],
  [new SinkTrouble('as it is'), 'as it is'],
])('%s', (error, sentence) => {
  expect(troubleInWords(error, 'siem:514')).toBe(sentence);
});

it('control characters become spaces', () => {
  expect(plain(' a\r\n\u0007b\u202e ')).toBe('a b');
});
