// Proves which texts are an address and a port to listen on.
import { expect, it } from 'vitest';
import { parseListen } from '../../src/settings/listen.ts';

it.each([
  ['127.0.0.1:9741', { address: '127.0.0.1', port: 9741 }],
  ['[::1]:80', { address: '::1', port: 80 }],
  ['localhost:0', { address: 'localhost', port: 0 }],
  ['::1:80', null],
  ['9741', null],
  [':9741', null],
  ['127.0.0.1:65536', null],
  ['127.0.0.1:', null],
  ['[x]:1', null],
])('%s is %j', (text, listen) => {
  expect(parseListen(text)).toEqual(listen);
});
