import { hostname } from 'node:os';
import { hashKeyWarning, keyedHash, loadHashKey } from '../hash-key.ts';
import { limits as defaultLimits } from '../model/limits.ts';
import { limitsInWords } from '../model/lowered.ts';
import { programArguments, programVersion } from '../program.ts';
import { Sensor } from '../sensor.ts';
import type { StoredHistory } from '../store/history.ts';
import { type BeginRemote, LazyRecorder } from '../store/lazy-recorder.ts';
import { LocalRecorder, type Recorder } from '../store/recorder.ts';
import { canBeRemote, RemoteRecorder } from '../store/remote-recorder.ts';
import { openForReading, openStore, type Store } from '../store/store.ts';
import { ConnectionsFile } from './connections-file.ts';
import { letYoungGenerationGrow } from './heap-bounds.ts';
import { type Intake, takeIn } from './intake.ts';
import { consumedOf, type Opened, type Parts, Session } from './replay-session.ts';
import { printable } from './typeset.ts';

/** Opens everything, the store last of what may be missing; it is closed again when something is wrong. */
export async function begin(parts: Parts): Promise<Session> {
  const { request, config, stop } = parts;
  const begun = performance.now();
  const limits = { ...defaultLimits, ...config.limits };
  let session: Session | null = null;
  const intake = await takeIn(request.paths, {
    follow: request.follow,
    begun: (input, batch) => session?.begun(input, batch),
    stopped: () => stop.asked,
    idle: () => session?.idle(),
    limits,
  });
  stop.close = () => {
    for (const input of intake.inputs) input.interrupt();
  };
  const key = loadHashKey(config.hashKey.path, config.hashKey.make);
  const warning = hashKeyWarning(config.hashKey.path);
  if (warning !== null) parts.io.stderr(`dicomtap: warning: ${printable(warning)}\n`);
  const lowered = limitsInWords(config.limits);
  if (lowered.length > 0) parts.io.stderr(`dicomtap: limits lowered: ${lowered.join(', ')}\n`);
  const store = openStore(config.database, {
    recordsPerCommit: limits.recordsPerCommit,
    fill: !request.follow,
  });
  let history: StoredHistory | null = null;
  try {
    history = request.withHistory ? await historyOf(store) : null;
    const connections = request.connections === null ? null : new ConnectionsFile(request.connections, parts.io.stdout);
    const recorder = recorderOf(store, parts, key.id, intake);
    const engine = await engineOf(parts, key.key);
    session = new Session(parts, { intake, recorder, connections, hash: keyedHash(key.key), engine, history, begun });
    return session;
  } catch (error) {
    history?.close();
    store.close();
    throw error;
  }
}

function recorderOf(store: Store, { request, policy }: Parts, hashKeyId: string, intake: Intake): Recorder {
  const run = {
    program: `dicomtap ${programVersion()}`,
    arguments: programArguments(),
    policyDigest: policy.digest,
    hashKeyId,
    sensor: hostname(),
    reveal: request.reveal,
    begin: Date.now() * 1000,
  };
  // While a file grows, what is known is to be seen at once, and there is time.
  if (request.follow || !canBeRemote()) return new LocalRecorder(store, run);
  const beginThread: BeginRemote = (data, opened) =>
    new RemoteRecorder(data, () => {
      opened();
      letYoungGenerationGrow();
    });
  return new LazyRecorder(store, run, () => shareRead(intake), beginThread);
}

/** In this thread alone, or, where asked, shared among several: what that needs is loaded for few. */
async function engineOf({ config, request }: Parts, hashKey: Uint8Array): Promise<Opened['engine']> {
  const { workers } = config;
  if (workers === 1) return (options) => new Sensor(options);
  const { splitSensor } = await import('./split.ts');
  return (options) => splitSensor(options, { workers, hashKey, filter: request.filter?.text ?? null });
}

/** Null of an empty store: it has nothing to tell, and is filled the faster. Late, for only few replays ask. */
async function historyOf(store: Store): Promise<StoredHistory | null> {
  const { hasHistory, prepareHistory, storedHistory } = await import('../store/history.ts');
  if (!hasHistory(store.database)) return null;
  prepareHistory(store.database);
  return storedHistory(openForReading(store.path), { hold: true });
}

/** Of the inputs' bytes, from 0 to 1; 1 where it is not known how many there are. */
function shareRead(intake: Intake): number {
  return intake.totalBytes === null ? 1 : consumedOf(intake) / intake.totalBytes;
}
