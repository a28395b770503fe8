// Proves that an engine split over several dissectors writes the same batches, byte for byte, as one in one thread,
// however far they are apart.
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../src/capture/batch.ts';
import { openCapture } from '../../src/capture/open.ts';
import { compileFilter } from '../../src/decode/filter.ts';
import { SplitSensor } from '../../src/engine/split-sensor.ts';
import { keyedHash } from '../../src/hash-key.ts';
import { noHistory } from '../../src/model/history.ts';
import { limits } from '../../src/model/limits.ts';
import { withoutPolicy } from '../../src/policy/compile.ts';
import { type Engine, Sensor, type SensorOptions } from '../../src/sensor.ts';
import { batches } from '../support/batch.ts';
import type { Frame } from '../support/capture.ts';
import { chunkedSource, seeded } from '../support/chunks.ts';
import { acknowledge, client, conversation, defaultStart, frames, type Segment } from '../support/conversation.ts';
import { disturbed } from '../support/mutations.ts';
import { ipv4Fragments } from '../support/packet.ts';
import { testKey } from '../support/replay.ts';
import { captureBytes, scenePath, scenes } from '../support/scenes.ts';
import { merged, without } from '../support/segments.ts';
import { said, storing } from '../support/sensing.ts';
import { splitSensor } from '../support/split-sensor.ts';
import { policyOf } from '../support/subject.ts';
import { wrappings } from '../support/tunnel.ts';

type Script = (engine: Engine, given: number) => void | Promise<void>;

/** Everything that an engine says of a script. */
async function toldBy(
  make: (options: SensorOptions) => Engine,
  script: Script,
  given: number,
  more: Partial<SensorOptions>,
) {
  const written: string[] = [];
  const tcp: string[] = [];
  const engine = make({
    policy: withoutPolicy,
    history: noHistory,
    hash: keyedHash(testKey),
    write: (batch, judged) => written.push(JSON.stringify([batch, judged])),
    connection: (record) => tcp.push(JSON.stringify(record)),
    bug: (error) => written.push(`bug: ${error}`),
    ...more,
    limits: { changesPerBatch: 7, ...more.limits },
  });
  await script(engine, given);
  await engine.finish();
  const { totals, streamBytes, held, linkTypesUnsupported, encapsulationsUnsupported } = engine;
  const protocols = [...engine.protocols].sort();
  const losses = [engine.losses(), engine.losses(0), engine.losses(1)];
  return {
    written,
    tcp,
    totals,
    streamBytes,
    held,
    protocols,
    losses,
    linkTypesUnsupported,
    encapsulationsUnsupported,
  };
}

/** Holds several engines, each split in another way and given packets in other portions, to what one says. */
async function same(script: Script, more: Partial<SensorOptions> = {}): Promise<number> {
  const one = await toldBy((options) => new Sensor(options), script, 4096, more);
  for (const [workers, given, late] of [
    [1, 16_384, [1]],
    [2, 3, [0, 5]],
    [3, 1460, [2, 0, 1]],
  ] as const) {
    const split = await toldBy((options) => splitSensor(options, workers, late), script, given, more);
    expect(split.tcp).toEqual(one.tcp);
    expect(split).toEqual(one);
  }
  return one.written.length;
}

/** Gives packets, `given` at a time; their memory is used for something else afterwards. */
function give(engine: Engine, batch: Batch, given: number, input: number): void {
  for (let at = 0; at < batch.count; at += given) engine.packets(batch, at, Math.min(batch.count, at + given), input);
}

const feed =
  (list: readonly Frame[]): Script =>
  (engine, given) => {
    const input = engine.input('capture');
    for (const batch of batches(list)) {
      give(engine, batch, given, input);
      batch.bytes.fill(0xee);
    }
  };

/** Associations between pairs of hosts of their own, all at the same time. */
function crowd(talks: number, each: (i: number) => readonly Segment[]): Segment[] {
  return merged(...Array.from({ length: talks }, (_, i) => each(i)));
}

const between = (i: number, more: object = {}) => ({
  client: { address: `10.1.${i}.1`, port: 40_000 + i },
  server: { address: `10.2.${i % 3}.2` },
  at: defaultStart + 1000 * i,
  ...more,
});

const talk = (i: number) => conversation(storing, between(i));

describe('every capture', () => {
  it.each(scenes())('%s', async (scene) => {
    await same(async (engine, given) => {
      const bytes = captureBytes(scenePath(scene));
      const reader = await openCapture(chunkedSource(bytes, 7 * given));
      const input = engine.input(scene);
      if (reader.format === null) throw new Error(reader.reason);
      for (let batch = await reader.next(); batch !== null; batch = await reader.next())
        give(engine, batch, given, input);
    });
  });

  it.each([
    'store-several.pcap',
    'find-study.pcap',
    'concurrent.pcapng',
    'tls12.pcap',
    'nmap.pcap',
    'midstream.pcapng',
  ])('disturbed in headers, order, lengths, times and VLANs: %s', async (scene) => {
    for (const list of await disturbed(scene, 6))
      await same((engine, given) => {
        const input = engine.input(scene);
        for (const batch of list) give(engine, batch, given, input);
      });
  });
});

describe('connections of many hosts at once', () => {
  it('are shared among all, and cut into batches alike', async () => {
    expect(await same(feed(frames(crowd(40, talk))))).toBeGreaterThan(10);
  });

  it('over IPv6', async () => {
    const six = (i: number) =>
      conversation(storing, between(i, { client: { address: `2001:db8::${i}:1` }, server: { address: 'fd00::9' } }));
    await same(feed(frames(crowd(20, six))));
  });

  it.each(wrappings.map((one) => [one.name, one] as const))('in %s', async (_, { wrap }) => {
    await same(feed(frames(crowd(12, talk)).map((frame) => ({ ...frame, bytes: wrap(frame.bytes) }))));
  });

  it('in fragments', async () => {
    const list = frames(crowd(12, talk)).flatMap((frame) => {
      const { bytes } = frame;
      if (bytes.length < 200) return [frame];
      const [source, target] = [26, 30].map((at) => bytes.subarray(at, at + 4).join('.'));
      const id = (bytes[18] << 8) | bytes[19];
      return ipv4Fragments(bytes.subarray(34), { source, target, protocol: 6, id }, 64).map((packet) => {
        const whole = new Uint8Array(14 + packet.length);
        whole.set(bytes.subarray(0, 14));
        whole.set(packet, 14);
        return { ...frame, bytes: whole };
      });
    });
    await same(feed(list));
  });

  it('of which packets are lost and come late', async () => {
    const random = seeded(5);
    const list = crowd(30, (i) => {
      const segments = conversation(storing, between(i));
      const lost = segments.flatMap((_, at) => (random() < 0.1 ? [at] : []));
      return without(segments, ...lost);
    });
    for (let i = 5; i < list.length; i += 11) list.splice(i - 4, 0, ...list.splice(i, 1));
    await same(feed(frames(list)));
  });
});

describe('what several connections state at one packet comes in the order of one thread', () => {
  /** Left open, with something held behind a hole. */
  const left = (i: number) => {
    const segments = conversation(
      [...said.open(), ...said.storeRequest(), acknowledge('server'), ...said.storeRequest(2), ...said.findRequest(3)],
      between(i, { only: i % 4 === 0 ? 'client' : undefined }),
    );
    return i % 3 === 0 ? without(segments, 6) : segments;
  };
  const tick = (at: number) => conversation([client(new Uint8Array(3))], { ...between(200), at });
  const hour = 3_600_000_000;

  it('where they expire', async () => {
    const some = crowd(30, (i) => (i % 5 === 0 ? conversation([], between(i)) : left(i)));
    // Packet by packet, for a jump of more is not believed at once.
    const steps = Array.from({ length: 30 }, (_, i) => tick(defaultStart + (i + 1) * (hour / 12)));
    await same(feed(frames(merged(some, ...steps))));
  });

  it('where the input ends', async () => {
    await same(feed(frames(crowd(30, left))));
  });

  it('where time is led on', async () => {
    await same((engine, given) => {
      feed(frames(crowd(30, left)))(engine, given);
      engine.advance();
      for (const seconds of [1, 5, 100, 400, 9000]) engine.advance(defaultStart + seconds * 1_000_000);
    });
  });

  it('where the capture is interrupted', async () => {
    await same((engine, given) => {
      feed(frames(crowd(30, left)))(engine, given);
      engine.interrupted(0);
      engine.advance(defaultStart + 2_000_000);
    });
  });
});

describe('an engine of several threads', () => {
  it('judges each association by the policy that was in force at its request', async () => {
    const other = await policyOf('version: 1\nseverities: { phi-cleartext: low, dicom-cleartext: off }');
    const list = frames(crowd(20, talk));
    await same((engine, given) => {
      const input = engine.input('capture');
      const [first, second] = [batches(list.slice(0, 170)), batches(list.slice(170))];
      for (const batch of first) give(engine, batch, given, input);
      engine.usePolicy(other);
      for (const batch of second) give(engine, batch, given, input);
    });
  });

  it('takes inputs in turns, and says what was lost of each', async () => {
    await same((engine, given) => {
      const [a, b] = [engine.input('a'), engine.input('b')];
      const list = frames(crowd(20, talk));
      for (let at = 0; at < list.length; at += 50)
        for (const batch of batches(list.slice(at, at + 50))) give(engine, batch, given, at % 100 === 0 ? a : b);
      engine.notCaptured(b, 5);
    });
  });

  it('leaves out what a filter does, and counts it once', async () => {
    await same(feed(frames(crowd(20, talk))), { filter: compileFilter('host 10.2.1.2') });
  });

  it('says what threw, and goes on', async () => {
    const hash = keyedHash(testKey);
    await same(feed(frames(crowd(12, talk))), {
      bug: () => {},
      hash: (domain, ...rest) => {
        if (domain === 'patient') throw new Error('a bug');
        return hash(domain, ...rest);
      },
    });
  });

  it('holds who is ahead back, and lets go when all are there', async () => {
    const sensor = splitSensor(
      { policy: withoutPolicy, history: noHistory, hash: keyedHash(testKey), write: () => {} },
      2,
      [0, 10],
    );
    const input = sensor.input('capture');
    const [batch] = batches(frames(crowd(3, talk)));
    for (let i = 0; i < 5; i++) sensor.packets(batch, i, i + 1, input);
    expect(sensor.room()).toBeNull();
    for (let i = 5; i < 8; i++) sensor.packets(batch, i, i + 1, input);
    const room = sensor.room();
    expect(room).not.toBeNull();
    await sensor.finish();
    await room;
    expect(sensor.settled()).toBeNull();
    expect(sensor.totals.packets).toBe(8);
  });

  it('ends with the first of its threads that ends', async () => {
    const hear: Record<string, (given: never) => void> = {};
    const port = {
      postMessage: () => {},
      on: (event: string, take: (given: never) => void) => {
        hear[event] = take;
      },
      terminate: () => {},
    };
    const sensor = new SplitSensor({ policy: withoutPolicy, history: noHistory, limits, write: () => {} }, [port]);
    const [batch] = batches(frames(talk(1)));
    const input = sensor.input('capture');
    sensor.packets(batch, 0, 1, input);
    const settled = sensor.settled();
    hear['exit'](undefined as never);
    await expect(settled).rejects.toThrow('a thread of the engine ended');
    expect(() => sensor.packets(batch, 1, 2, input)).toThrow('a thread of the engine ended');
  });
});
