// Proves that what the package cap captures becomes a pcap stream: all packets, in order, from one memory that is held.
import { expect, it } from 'vitest';
import { PackageCapture } from '../../../src/capture/live/package-capture.ts';
import { readBytes } from '../packets.ts';

/** The package, pretended: `send` has a packet arrive. */
function pretended(linkType = 'ETHERNET') {
  const opened: unknown[][] = [];
  let memory: Buffer = Buffer.alloc(0);
  let listener: (bytes: number, truncated: boolean) => void = () => {};
  class Cap {
    open(device: string, filter: string, ringBytes: number, buffer: Buffer): string {
      opened.push([device, filter, ringBytes]);
      memory = buffer;
      return linkType;
    }
    on(_: 'packet', heard: typeof listener): void {
      listener = heard;
    }
  }
  const send = (packet: Uint8Array): void => {
    memory.set(packet);
    listener(packet.length, false);
  };
  const parts: Buffer[] = [];
  return { opened, send, parts, capture: new PackageCapture({ Cap }, (bytes) => parts.push(Buffer.from(bytes))) };
}

it('packets', async () => {
  const { opened, send, parts, capture } = pretended();
  capture.open('eth7', 262_144, 4, 'port 104');
  expect(opened).toEqual([['eth7', 'port 104', 4_194_304]]);
  const packets = Array.from({ length: 500 }, (_, i) => Buffer.alloc(60 + i, i));
  for (const packet of packets) send(packet);
  await new Promise((resolve) => setImmediate(resolve));
  const read = await readBytes(Buffer.concat(parts));
  expect(read.error).toBeNull();
  expect(read.packets.map(({ bytes }) => bytes)).toEqual(packets.map((packet) => packet.toString('hex')));
  expect(Math.abs(read.packets[0].seconds - Date.now() / 1000)).toBeLessThan(60);
});

it('more than fits in one piece', async () => {
  const { send, parts, capture } = pretended('LINKTYPE_LINUX_SLL');
  capture.open('any', 262_144, 4, '');
  for (let i = 0; i < 10; i++) send(Buffer.alloc(65_535, i));
  capture.flush();
  const { packets } = await readBytes(Buffer.concat(parts));
  expect(packets.map(({ linkType, bytes }) => [linkType, bytes.length, Number(`0x${bytes.slice(0, 2)}`)])).toEqual(
    Array.from({ length: 10 }, (_, i) => [113, 131_070, i]),
  );
});

it('snap length', async () => {
  const { send, parts, capture } = pretended();
  capture.open('eth7', 64, 4, '');
  send(Buffer.alloc(1000, 7));
  capture.flush();
  const [{ bytes, original }] = (await readBytes(Buffer.concat(parts))).packets;
  expect([bytes.length / 2, original]).toEqual([64, 1000]);
});

it('a link type without a number is said', () => {
  const { capture } = pretended('IEEE802_11_RADIO');
  expect(() => capture.open('wlan0', 64, 4, '')).toThrow('the link type is not one that the package knows');
});
