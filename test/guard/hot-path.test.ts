// Proves by counting, not by timing, that packets cost next to no memory, copies and waiting, and records little
// memory.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from './counted.ts';

/** Megabytes: the smaller is past the warming up of the engine. */
const sizes = [24, 96] as const;
const testMs = 300_000;

/** Short associations, all of them past the beginning of the thread that stores, and objects of 200 attributes. */
const associations = [4000, 7000] as const;
const objects = [1000, 4000] as const;
/** Of other protocols, one in a hundred DICOM. */
const connections = [20_000, 60_000] as const;

describe('the way of a packet', () => {
  let program: Program;

  beforeAll(() => {
    program = new Program();
  }, testMs);

  afterAll(() => program.remove());

  it(
    'allocates at most 38 MB a million packets that come in order',
    () => {
      // Proves that no object, closure or string is made a packet: the records of 1,800 objects of 512 KiB take it.
      const { count, packets } = program.growth('allocated', 'bulk', sizes);
      expect((count / packets) * 1e6).toBeLessThan(38e6);
    },
    testMs,
  );

  it(
    'copies at most 2 bytes of 1000 that come in order',
    () => {
      // Proves that payload goes from the read buffer to the analyzer in place: only what straddles two reads moves.
      const { count, payloadBytes } = program.growth('copied', 'bulk', sizes);
      expect((count / payloadBytes) * 1000).toBeLessThan(2);
    },
    testMs,
  );

  it(
    'copies at most 9 % of a disordered stream',
    () => {
      // Proves that of what comes early only that is copied which is read and still waits at the end of a read: here
      // one segment in 200 is missing and holds up 128 packets.
      const { count, payloadBytes } = program.growth('copied', 'ooo', sizes);
      expect(count / payloadBytes).toBeLessThan(0.09);
    },
    testMs,
  );

  it(
    'begins at most 20 asynchronous steps a read of the file',
    () => {
      // Proves that no promise, tick or timer is begun a packet, of which a read has 1,000 here.
      const { count, reads } = program.growth('steps', 'bulk', sizes);
      expect(count / reads).toBeLessThan(20);
    },
    testMs,
  );

  it(
    'allocates at most 25 KB a short association, handing it to the thread of the store included',
    () => {
      // Proves that what stations repeat is not made anew (titles, UIDs, contexts, attributes shown, sets of one
      // thing), and no object a fact of commands and data sets.
      const { count } = program.growth('allocated', 'small', associations);
      expect(count / (associations[1] - associations[0])).toBeLessThan(25_000);
    },
    testMs,
  );

  it(
    'allocates at most 4.7 KB an object of 200 attributes, what detections remember included',
    () => {
      // Proves that elements are walked without an object or text each: the records of the operation take it.
      const { count } = program.growth('allocated', 'headers', objects);
      expect(count / (objects[1] - objects[0])).toBeLessThan(4700);
    },
    testMs,
  );

  it(
    'allocates at most 1.2 KB a connection, of which a quarter are TLS and one in a hundred is DICOM',
    () => {
      // Proves that a connection of no protocol of ours takes columns alone, and one of TLS no record, id or hash.
      const { count } = program.growth('allocated', 'background', connections);
      expect(count / (connections[1] - connections[0])).toBeLessThan(1200);
    },
    testMs,
  );

  it(
    'takes no array its memory',
    () => {
      // Proves that V8 need not ask at each access whether it is still there: columns that grow and what goes to the
      // thread of the store leave what they had to be collected, or share it.
      expect(program.givenUp('small', associations[1])).not.toContain('ArrayBufferDetaching');
    },
    testMs,
  );
});
