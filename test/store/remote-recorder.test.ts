// Proves that records handed to another thread come to the same as those written at once, that too many wait, and that
// failures come back.
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { OperatorError } from '../../src/model/errors.ts';
import type { RecordBatch } from '../../src/model/records.ts';
import { LazyRecorder } from '../../src/store/lazy-recorder.ts';
import { LocalRecorder, type Recorder } from '../../src/store/recorder.ts';
import { RecorderThread, type ThreadData, type ToThread } from '../../src/store/recorder-thread.ts';
import { canBeRemote, RemoteRecorder, type ThreadPort } from '../../src/store/remote-recorder.ts';
import type { RunTally } from '../../src/store/run-tally.ts';
import { openLent, openStore } from '../../src/store/store.ts';
import {
  association,
  batch,
  connection,
  exposure,
  finding,
  operation,
  sighting,
  tlsSession,
} from '../support/records.ts';
import { dumpOf, newRun, runInto, temporaryFolder } from '../support/stores.ts';

function talk(n: number, ended: 'open' | 'fin' = 'fin'): RecordBatch {
  const [id, a] = [`c${n}`, `a${n}`];
  return batch({
    connections: [connection(id, { ended })],
    associations: [association(a, id)],
    operations: [operation(`o${n}`, a, id)],
    exposures: [exposure(a, id)],
    endpoints: [sighting(a, id, { port: n % 3 })],
    tlsSessions: [tlsSession(`t${n}`, id, { grade: n === 1 ? 'weak' : 'pass' })],
    findings: [finding('phi-cleartext', a, id, { key: `k${n % 2}` })],
  });
}
const talks = [talk(1, 'open'), ...Array.from({ length: 30 }, (_, n) => talk(n + 2)), talk(1)];

/** What a `RemoteRecorder` talks to, in this very thread: messages are cloned and handed over as between threads. */
function serve(make: () => Recorder): ThreadPort {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => port1.close());
  const thread = new RecorderThread(make(), (message) => port2.postMessage(message));
  port2.on('message', (message: ToThread) => void thread.take(message));
  port2.postMessage({ kind: 'open' });
  return port1 as MessagePort as unknown as ThreadPort;
}

async function record(recorder: Recorder, batches: readonly RecordBatch[]): Promise<RunTally> {
  for (const one of batches) {
    recorder.write(one, []);
    await recorder.room();
  }
  const tally = await recorder.tally(1000);
  await recorder.finish('done');
  await recorder.close();
  return tally;
}

const options = { fill: true, recordsPerCommit: 40 };

it('the store and the tally are those of a run in one thread', async () => {
  const [here, there] = [join(temporaryFolder(), 'here.db'), join(temporaryFolder(), 'there.db')];
  const begin = (data: ThreadData, opened: () => void) => {
    const lent = serve(() => new LocalRecorder(openLent(data.path, data.options), data.run));
    return new RemoteRecorder(data, opened, lent);
  };
  const many = [...Array.from({ length: 500 }, (_, n) => talk(n + 100)), ...talks];
  const remote = await record(new LazyRecorder(openStore(there, options), newRun(), () => 1, begin), many);
  expect(remote).toEqual(await record(new LocalRecorder(openStore(here, options), newRun()), many));
  expect(remote.tlsSessions.gravest).toEqual(tlsSession('t1', 'c1', { grade: 'weak' }));
  const tables = ['connection', 'association', 'operation', 'exposure', 'finding', 'alert', 'log', 'meta'] as const;
  expect(dumpOf(there)).toEqual(dumpOf(here));
  expect(dumpOf(there, tables)).toEqual(dumpOf(here, tables));
  expect(dumpOf(there, ['run'])).toHaveLength(1);
});

it('a run that keeps what another saw better goes on in its thread', async () => {
  const path = join(temporaryFolder(), 'store.db');
  runInto(path, talks);
  const before = dumpOf(path);
  const store = openStore(path, options);
  const data = { path, options: { ...options, runId: 7 }, run: newRun() };
  const port = serve(() => new LocalRecorder(openLent(data.path, { ...options, runId: 1 }), data.run));
  const tally = await record(new RemoteRecorder(data, () => {}, port), talks);
  store.close();
  expect(tally.alerts).toHaveLength(2);
  expect(dumpOf(path)).toEqual(before);
});

describe('a thread is begun', () => {
  const begin = (): Recorder => {
    throw new Error('a thread was begun');
  };
  const lazy = (shareRead: number): LazyRecorder => {
    const path = join(temporaryFolder(), 'store.db');
    return new LazyRecorder(openStore(path, options), newRun(), () => shareRead, begin);
  };
  const few = batch({ connections: Array.from({ length: 1000 }, (_, n) => connection(`c${n}`)) });

  it('of no short run', async () => {
    const path = join(temporaryFolder(), 'store.db');
    await record(new LazyRecorder(openStore(path, options), newRun(), () => 0, begin), talks);
    expect(dumpOf(path, ['association'])).toHaveLength(31);
  });

  it('where few records are a small part of the whole, or there are many', () => {
    expect(() => lazy(0.1).write(few, [])).toThrow('begun');
    const last = lazy(1);
    for (let n = 1; n < 10; n++) last.write(few, []);
    expect(() => last.write(few, [])).toThrow('begun');
  });
});

it('there is no thread where the program is not built', () => {
  expect(canBeRemote()).toBe(false);
});

/** A recorder that fails, or never ends, when it writes. */
function odd(write: () => void): Recorder {
  const done = Promise.resolve();
  return {
    write,
    room: () => null,
    commit() {},
    capture() {},
    tally: () => Promise.reject(new Error('was asked')),
    finish: () => done,
    close: () => done,
  };
}

const data: ThreadData = { path: '', options: {}, run: newRun() };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

describe('too much that waits', () => {
  it('has to be waited for, and memory comes back to be used again', async () => {
    let written = 0;
    const recorder = new RemoteRecorder(
      data,
      () => {},
      serve(() => odd(() => void written++)),
    );
    const large = batch({ findings: [finding('x', null, 'c', { summary: 'x'.repeat(400_000) })] });
    let sent = 0;
    while (recorder.room() === null) {
      recorder.write(large, []);
      sent++;
    }
    expect([sent, written]).toEqual([6, 0]);
    await recorder.room();
    expect(written).toBeGreaterThan(0);
    await recorder.close();
  });
});

describe('a failure', () => {
  it('of the store comes back as it is told to an operator, and nothing more is written', async () => {
    const failure = new OperatorError('store-write-failed', 'cannot write', 'Free space.', new Error('SQLITE_FULL'));
    let written = 0;
    const port = serve(() =>
      odd(() => {
        written++;
        throw failure;
      }),
    );
    const recorder = new RemoteRecorder(data, () => {}, port);
    recorder.write(talk(1), []);
    recorder.write(talk(2), []);
    await expect(recorder.tally(1000)).rejects.toMatchObject({ code: 'store-write-failed', remedy: 'Free space.' });
    expect(() => recorder.write(talk(3), [])).toThrow('cannot write');
    expect(() => recorder.room()).toThrow('cannot write');
    await recorder.finish('failed');
    await recorder.close();
    expect(written).toBe(1);
  });

  it('that is a bug keeps its stack', async () => {
    const port = serve(() =>
      odd(() => {
        throw new TypeError('a bug');
      }),
    );
    const recorder = new RemoteRecorder(data, () => {}, port);
    recorder.write(talk(1), []);
    await turn();
    await expect(recorder.tally(1000)).rejects.toThrow('a bug');
    await recorder.tally(1000).catch((error: Error) => expect(error.stack).toContain('remote-recorder.test'));
  });
});
