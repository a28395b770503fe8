// Proves that what a live sensor hears is what a replay of the same packets tells, however they come, and that
// interruptions, drops and changes of policy are where they belong.
import { expect, it } from 'vitest';
import { LiveSession } from '../../../src/commands/live/live-session.ts';
import { WallClock } from '../../../src/commands/live/wall-clock.ts';
import { keyedHash } from '../../../src/hash-key.ts';
import { noHistory } from '../../../src/model/history.ts';
import { withoutPolicy } from '../../../src/policy/compile.ts';
import { conversation, defaultStart, frames } from '../../support/conversation.ts';
import { KeptRecords, keptLog, ScriptedSource, until } from '../../support/live.ts';
import { testKey } from '../../support/replay.ts';
import { Sensing, said, storing } from '../../support/sensing.ts';
import { policyOf } from '../../support/subject.ts';

function begun(...sources: ScriptedSource[]) {
  const recorder = new KeptRecords();
  const log = keptLog();
  // A wall clock a little after the packets.
  let wall = defaultStart / 1000 + 5000;
  const clock = new WallClock(() => wall);
  const session = new LiveSession({
    config: { sensor: 's', limits: {} },
    version: '1',
    policy: withoutPolicy,
    hash: keyedHash(testKey),
    history: noHistory,
    sources,
    recorder,
    sinks: () => [],
    log,
    clock,
  });
  const running = session.run();
  const end = async () => {
    session.stop(60_000);
    await running;
    return recorder.kept.lists();
  };
  const setWall = (ms: number) => {
    wall = ms;
  };
  return { session, running, recorder, log, end, setWall };
}

const wire = frames(conversation(storing));

it('tells what a replay tells', async () => {
  const source = new ScriptedSource();
  const { end, recorder, session } = begun(source);
  source.begin();
  for (let i = 0; i < wire.length; i += 3) source.bring(wire.slice(i, i + 3));
  const records = await end();
  const capture = recorder.captures[0].id;
  expect(records).toEqual(new Sensing().feed(wire, { capture }).finish().records);
  expect(recorder.captures.at(-1)).toMatchObject({
    path: 'eth1',
    format: 'live',
    packets: wire.length,
    complete: true,
    error: null,
  });
  expect(session.status).toMatchObject({ sensor: 's', packets: wire.length, associations: 1, healthy: true });
  expect(session.status.findings).toMatchObject({ 'phi-cleartext': { high: 1 } });
});

it('records an association while it lasts', async () => {
  const source = new ScriptedSource();
  const { end, recorder } = begun(source);
  source.begin().bring(frames(conversation([...said.open(), ...said.store()])).slice(0, -2));
  await until(() => recorder.kept.lists().findings.length > 0, 'a finding of an open association');
  expect(recorder.kept.lists().associations[0]).toMatchObject({ ended: false, objects: 1 });
  expect((await end()).associations[0]).toMatchObject({ ended: true, outcome: 'cut' });
});

it('puts two directions that come by two interfaces in order', async () => {
  const [a, b] = [new ScriptedSource('eth1'), new ScriptedSource('eth2')];
  const { end } = begun(a, b);
  a.begin();
  b.begin();
  const segments = conversation(storing);
  const half = (from: string) => frames(segments.filter((one) => one.from === from));
  // The answers come first.
  b.bring(half('server'));
  await new Promise((resolve) => setTimeout(resolve, 20));
  a.bring(half('client'));
  const records = await end();
  expect(records.associations[0]).toMatchObject({ complete: true, outcome: 'released', objects: 1 });
});

it('marks what lasted through an interruption, and begins another capture', async () => {
  const source = new ScriptedSource();
  const { end, recorder, log, session } = begun(source);
  const segments = frames(conversation(storing));
  const middle = Math.floor(segments.length / 2);
  source.begin().bring(segments.slice(0, middle)).end('the helper was killed').begin(7).bring(segments.slice(middle));
  await until(() => session.status.packets === segments.length, 'all packets');
  const records = await end();
  expect(records.associations[0]).toMatchObject({ complete: false, incomplete: ['interrupted'], outcome: 'released' });
  expect(records.connections[0].incomplete).toContain('interrupted');
  const captures = new Map(recorder.captures.map((one) => [one.id, one]));
  expect([...captures.values()].map(({ packets, error }) => [packets, error])).toEqual([
    [middle, 'the helper was killed'],
    [segments.length - middle, null],
  ]);
  expect(recorder.healths.filter((one) => one.interface === 'eth1')).toMatchObject([
    { state: 'blind', received: 7, why: 'nothing was captured: the helper was killed' },
  ]);
  expect(log.lines.map(({ message }) => message)).toEqual(
    expect.arrayContaining(['capture began', 'capture ended', 'status']),
  );
});

it('marks nothing where the interface counted nothing meanwhile', async () => {
  const source = new ScriptedSource();
  const { end } = begun(source);
  source.begin().bring(wire.slice(0, 6)).end('gone').begin(0).bring(wire.slice(6));
  expect((await end()).associations[0]).toMatchObject({ complete: true });
});

it('counts drops, also those that come before the first packet', async () => {
  const source = new ScriptedSource();
  const { end, session, recorder } = begun(source);
  source.begin().drop(3).bring(wire).drop(4, 'interface');
  await end();
  expect(session.status.losses['not-captured']).toEqual({ packets: 7, bytes: 0 });
  expect(recorder.captures.at(-1)?.losses['not-captured']).toEqual({ packets: 7, bytes: 0 });
  expect(recorder.healths.at(-1)).toMatchObject({ state: 'degraded', drops: { kernel: 3, interface: 4 } });
});

it('judges an association by the policy in force at its request', async () => {
  const source = new ScriptedSource();
  const { end, session } = begun(source);
  const later = frames(conversation(storing, { client: { port: 50_001 }, at: defaultStart + 2e6 }));
  source.begin().bring(wire.slice(0, 5));
  await until(() => session.status.packets === 5, 'the first packets');
  session.usePolicy(await policyOf('version: 1\nseverities: { phi-cleartext: low }\n'));
  source.bring(wire.slice(5)).bring(later);
  const { findings, associations } = await end();
  const severities = associations.map(({ id }) => {
    return findings.find(({ associationId, detection }) => associationId === id && detection === 'phi-cleartext')
      ?.severity;
  });
  expect(severities).toEqual(['high', 'low']);
});

it('ends what is idle on a silent wire, by the clock', async () => {
  const source = new ScriptedSource();
  const { end, recorder, setWall } = begun(source);
  source.begin().bring(frames(conversation([...said.open(), ...said.store()])).slice(0, -2));
  await until(() => recorder.kept.lists().associations.length > 0, 'the association');
  // Three hours later. Such a step is believed once it has stood for a minute: what waits then is not lost.
  setWall(defaultStart / 1000 + 3 * 3_600_000);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(recorder.kept.lists().associations[0]).toMatchObject({ ended: false });
  await end();
});

it('is blind to its end where nothing was ever captured', async () => {
  const source = new ScriptedSource('nosuch0');
  source.why = 'there is no such interface';
  const { end, session, recorder } = begun(source);
  await end();
  expect(session.status).toMatchObject({ healthy: false, interfaces: [{ state: 'stopped' }] });
  expect(recorder.healths.map(({ interface: name, state, why }) => [name, state, why])).toEqual([
    ['nosuch0', 'blind', 'nothing was captured: there is no such interface'],
    [null, 'blind', 'nothing is captured (nosuch0: there is no such interface)'],
  ]);
});

it('gives up waiting for an interface that does not end', async () => {
  const source = new ScriptedSource();
  const { session, recorder } = begun(source);
  source.begin().bring(wire);
  await until(() => session.status.packets === wire.length, 'packets');
  source.stop = () => {};
  session.stop(50);
  await until(() => recorder.kept.lists().associations[0]?.ended === true, 'the end');
});

it('ends with an engine that breaks, on a silent wire too', async () => {
  const { session, running } = begun(new ScriptedSource().begin());
  session.sensor.advance = () => {
    throw new Error('out of luck');
  };
  await expect(running).rejects.toThrow('out of luck');
});
