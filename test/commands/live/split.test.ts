// Proves that a live sensor whose connections are shared among dissectors tells what one in one thread tells, also of
// interruptions and drops, and ends in good order with the first thread that ends.
import { expect, it, onTestFinished } from 'vitest';
import { LiveSession } from '../../../src/commands/live/live-session.ts';
import { WallClock } from '../../../src/commands/live/wall-clock.ts';
import { keyedHash } from '../../../src/hash-key.ts';
import { noHistory } from '../../../src/model/history.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { Sensor, type SensorOptions } from '../../../src/sensor.ts';
import { conversation, defaultStart, frames } from '../../support/conversation.ts';
import { KeptRecords, keptLog, ScriptedSource, until } from '../../support/live.ts';
import { LiveProgram, runs } from '../../support/live-program.ts';
import { cable, Host, networksFound } from '../../support/network.ts';
import { Program } from '../../support/program.ts';
import { testKey } from '../../support/replay.ts';
import { scenePath } from '../../support/scenes.ts';
import { merged } from '../../support/segments.ts';
import { said, storing } from '../../support/sensing.ts';
import { splitSensor } from '../../support/split-sensor.ts';

const wire = (talks: number) =>
  frames(
    merged(
      ...Array.from({ length: talks }, (_, i) =>
        conversation(i % 4 === 0 ? said.open() : storing, {
          client: { address: `10.1.${i}.1` },
          at: defaultStart + i * 1000,
        }),
      ),
    ),
  );

/** What is recorded of an interface that comes, drops, goes and comes again. */
async function heard(engine: (options: SensorOptions) => ReturnType<typeof splitSensor> | Sensor) {
  const source = new ScriptedSource();
  const recorder = new KeptRecords();
  const session = new LiveSession({
    config: { sensor: 's', limits: {} },
    version: '1',
    policy: withoutPolicy,
    hash: keyedHash(testKey),
    history: noHistory,
    sources: [source],
    recorder,
    sinks: () => [],
    log: keptLog(),
    clock: new WallClock(() => defaultStart / 1000 + 5000),
    engine,
  });
  const running = session.run();
  const list = wire(20);
  source.begin();
  for (let at = 0; at < 120; at += 7) source.bring(list.slice(at, Math.min(120, at + 7)));
  source.drop(9).end('gone').begin(4);
  for (let at = 120; at < list.length; at += 11) source.bring(list.slice(at, at + 11));
  session.stop(60_000);
  await running;
  const { packets, bytes, connections, associations, losses, streams } = session.status;
  const last = new Map(recorder.captures.map((capture) => [capture.id, capture]));
  const status = { packets, bytes, connections, associations, losses, streams };
  return { records: recorder.kept.lists(), captures: [...last.values()], status };
}

it.each([
  [2, []],
  [3, [1, 0, 4]],
])('with %i of them', async (workers, late) => {
  const one = await heard((options) => new Sensor(options));
  const split = await heard((options) => splitSensor(options, workers, late));
  expect(one.records.associations.some(({ incomplete }) => incomplete.includes('interrupted'))).toBe(true);
  expect(one.captures.map(({ losses }) => losses['not-captured']?.packets ?? 0)).toEqual([9, 0]);
  expect(split).toEqual(one);
});

if (networksFound)
  it('a thread that ends takes the program with it, and all its processes, and what was recorded is written', async () => {
    const program = new Program();
    const [sensor, other] = [new Host(), new Host()];
    onTestFinished(() => {
      for (const one of [sensor, other, program]) one.remove();
    });
    cable(other, 'out', sensor, 'eth0');
    const script = program.withBrokenDissectors();
    const live = new LiveProgram(sensor, program.folder, ['-i', 'eth0', '--workers', '2'], '', 'root', script);
    onTestFinished(() => void live.child.kill('SIGKILL'));
    await live.began();
    const processes = Object.values(live.helpers);
    other.run('tcpreplay', '-q', '-i', 'out', scenePath('echo.pcap'));
    await until(() => live.ended !== null, 'the end');
    expect(live.ended).toBe(1);
    expect(live.log).toContain('out of luck');
    await until(() => !processes.some(runs), 'the end of all processes');
    expect(program.rows('a.db', 'SELECT ending FROM run')).toEqual([{ ending: 'failed' }]);
  });
