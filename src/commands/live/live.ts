import { chownSync, existsSync, writeFileSync } from 'node:fs';
import { type LiveConfig, readLiveConfig } from '../../config.ts';
import { type HashKey, hashKeyWarning, keyedHash, loadHashKey } from '../../hash-key.ts';
import { OperatorError } from '../../model/errors.ts';
import { limitsInWords } from '../../model/lowered.ts';
import { programArguments, programVersion } from '../../program.ts';
import type { Command } from '../command.ts';
import { type LevelledLog, type Log, openLog } from '../log.ts';
import { Deliveries } from './deliveries.ts';
import { LiveDaemon } from './live-daemon.ts';
import { LiveSession } from './live-session.ts';
import { loadedPolicy } from './loaded-policy.ts';
import { liveOptions } from './options.ts';
import { openPast } from './past.ts';
import { become, failureOf, makeFolderFor, type Person, personToBecome } from './privileges.ts';
import { openRecorder } from './recorder.ts';
import { KeptRing, prepareRing } from './ring.ts';
import { Serving } from './serving.ts';
import { openSource } from './sources.ts';

/** `dicomtap live`: listens on interfaces for as long as it is let. */
export const live: Command = {
  name: 'live',
  describe: 'Listen on interfaces, judge, fill the database',
  options: liveOptions,
  examples: ['dicomtap live --interface eth1', 'sudo dicomtap live -i eth0 --policy site.yaml'],
  run: async (argv) => {
    const config = await readLiveConfig(argv);
    if (config.interfaces.length === 0) throw noInterface();
    withoutCoreDumps();
    const log = await openLog(config.logLevel);
    const daemon = await begin(argv, config, log);
    return daemon.run();
  },
};

/** Opens everything. What root is needed for comes first: then the process is nobody who could do harm. */
async function begin(
  argv: Readonly<Record<string, unknown>>,
  config: LiveConfig,
  log: LevelledLog,
): Promise<LiveDaemon> {
  const person = personToBecome(config.user);
  const policy = await loadedPolicy(config.policy, log);
  const key = keyFor(config, person, log);
  const sources = config.interfaces.map((one) => openSource(one, person?.gid ?? null));
  try {
    if (person !== null) {
      makeFolderFor(config.database, person);
      prepareRing(config, person);
      become(person);
      log.info({ user: person.name, uid: person.uid }, 'gave up root');
    }
    const lowered = limitsInWords(config.limits);
    if (lowered.length > 0) log.warn({ limits: lowered }, 'limits lowered');
    const past = openPast(config.database, log);
    const run = {
      program: `dicomtap ${programVersion()}`,
      arguments: programArguments(),
      policyDigest: policy.digest,
      hashKeyId: key.id,
      sensor: config.sensor,
      reveal: false,
      begin: Date.now() * 1000,
    };
    const recorder = await openRecorder(config, run, log).catch((error: unknown) => {
      throw failureOf(person, error);
    });
    const ring = new KeptRing(config, log);
    const deliveries = new Deliveries(log);
    await deliveries.use(config);
    const { workers } = config;
    // Late, for few ask for it.
    const split = workers === 1 ? null : (await import('../split.ts')).splitSensor;
    const session = new LiveSession({
      config,
      version: programVersion(),
      policy,
      hash: keyedHash(key.key),
      history: past.history,
      sources,
      recorder,
      ring,
      sinks: () => deliveries.status(),
      log,
      engine: split === null ? undefined : (options) => split(options, { workers, hashKey: key.key, filter: null }),
    });
    const serving = new Serving(() => session.status, log);
    return new LiveDaemon({ argv, config, session, recorder, deliveries, serving, past, ring, log });
  } catch (error) {
    for (const source of sources) source.stop();
    throw error;
  }
}

function keyFor({ hashKey }: LiveConfig, person: Person | null, log: Log): HashKey {
  if (person !== null) makeFolderFor(hashKey.path, person);
  const made = !existsSync(hashKey.path);
  const key = loadHashKey(hashKey.path, hashKey.make);
  // At the next start root may not be there to read it.
  if (made && person !== null) chownSync(hashKey.path, person.uid, person.gid);
  const warning = hashKeyWarning(hashKey.path);
  if (warning !== null) log.warn({}, warning);
  return key;
}

/**
 * Patient data passes through memory: of a crash the kernel writes none of it. Elsewhere than on Linux there is nothing
 * to do.
 */
function withoutCoreDumps(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {}
}

function noInterface(): OperatorError {
  return new OperatorError(
    'usage',
    'no interface to listen on',
    'Name one with --interface, or under interfaces in the configuration file.',
  );
}
