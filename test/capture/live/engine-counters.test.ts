// Proves that what engines print of their counters is read, and nothing else is taken for it.
import { expect, it } from 'vitest';
import { readDumpcap, readTcpdump, Unwrapped } from '../../../src/capture/live/engine-counters.ts';

it.each([
  ['on SIGUSR1', 'tcpdump: 5 packets captured, 7 packets received by filter, 2 packets dropped by kernel', 7, 2],
  ['at its end', '1 packet captured 1 packet received by filter 0 packets dropped by kernel', 1, 0],
])('tcpdump %s', (_, line, received, kernel) => {
  expect(readTcpdump(line)).toEqual({ received, kernel, engine: 0 });
});

it.each([
  ['tcpdump: listening on eth1, link-type EN10MB (Ethernet), snapshot length 262144 bytes'],
  ['7 packets received by filter'],
  ['99999999999999 packets received by filter, x packets dropped by kernel'],
  [''],
])('tcpdump says no counters: %s', (line) => {
  expect(readTcpdump(line)).toBeNull();
});

it('dumpcap at its end', () => {
  const line = `Packets received/dropped on interface 'eth1': 5/6 (pcap:2/dumpcap:1/flushed:3/ps_ifdrop:0) (45.4%)`;
  expect(readDumpcap(line)).toEqual({ received: 11, kernel: 2, engine: 4 });
});

it('dumpcap says no counters', () => {
  expect(readDumpcap('Packets captured: 5')).toBeNull();
});

it('a counter of 32 bits goes round', () => {
  const counter = new Unwrapped();
  expect(counter.take(0xffff_fff0)).toBe(0xffff_fff0);
  expect(counter.take(0x10)).toBe(0x1_0000_0010);
  expect(counter.take(0x10)).toBe(0x1_0000_0010);
});
