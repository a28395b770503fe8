// Proves which texts are an address and a port to listen on, and which of them only this machine can reach.
import { expect, it } from 'vitest';
import { isLoopback, parseListen } from '../../src/settings/listen.ts';

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

it.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['localhost.example.org', false],
  ['::ffff:10.0.0.1', false],
])('%s is loopback: %s', (address, loopback) => {
  expect(isLoopback({ address, port: 1 })).toBe(loopback);
});
