// Proves that settings come from the command line, then the environment, then defaults.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, readLiveConfig } from '../src/config.ts';
import { OperatorError } from '../src/model/errors.ts';

describe('the configuration', () => {
  it('has defaults', () => {
    // Proves what holds when nothing is said.
    expect(readConfig({}, { HOME: '/home/a' })).toEqual({
      database: './dicomtap.db',
      policy: null,
      workers: 1,
      hashKey: { path: '/home/a/.config/dicomtap/hash.key', make: true },
      logLevel: null,
      limits: {},
    });
  });

  it('takes the command line before the environment', () => {
    // Proves the precedence of each setting.
    const env = {
      DICOMTAP_DB: 'e.db',
      DICOMTAP_POLICY: 'e.yaml',
      DICOMTAP_HASH_KEY: 'e.key',
      DICOMTAP_LOG: 'info',
      DICOMTAP_WORKERS: '3',
      DICOMTAP_LIMITS: 'malformedMax=3,contextsMax=9',
    };
    expect(readConfig({}, env)).toEqual({
      database: 'e.db',
      policy: 'e.yaml',
      hashKey: { path: 'e.key', make: false },
      logLevel: 'info',
      workers: 3,
      limits: { malformedMax: 3, contextsMax: 9 },
    });
    const argv = {
      db: 'a.db',
      policy: 'a.yaml',
      hashKey: 'a.key',
      logLevel: 'warn',
      workers: '2',
      limit: ['malformedMax=2'],
    };
    expect(readConfig(argv, env)).toMatchObject({
      database: 'a.db',
      policy: 'a.yaml',
      logLevel: 'warn',
      workers: 2,
      limits: { malformedMax: 2, contextsMax: 9 },
    });
  });

  it.each([
    [{ XDG_CONFIG_HOME: '/x' }, '/x/dicomtap/hash.key'],
    [{ XDG_CONFIG_HOME: 'relative', HOME: '/h' }, '/h/.config/dicomtap/hash.key'],
    [{ XDG_CONFIG_HOME: '', HOME: '/h' }, '/h/.config/dicomtap/hash.key'],
  ])('keeps the hash key by %j', (env, path) => {
    // Proves the XDG rule that relative paths do not count.
    expect(readConfig({}, env).hashKey.path).toBe(path);
  });

  it.each(['0', '17', '1.5', 'two'])('refuses %s workers', (text) => {
    // Proves that only a number of threads that can be of use is taken.
    expect(() => readConfig({}, { DICOMTAP_WORKERS: text })).toThrow(OperatorError);
  });

  it('refuses a log level that is none', () => {
    // Proves that a misspelt DICOMTAP_LOG is told.
    expect(() => readConfig({}, { DICOMTAP_LOG: 'loud' })).toThrow(OperatorError);
  });
});

describe('the configuration of the live sensor', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dicomtap-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string | Uint8Array): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  }

  it('is of a named file, with limits of everywhere', async () => {
    // Proves that --config comes before DICOMTAP_CONFIG, and that limits add up.
    const config = file('good.yaml', 'sensor: s\nlimits: { malformedMax: 3, contextsMax: 9 }\n');
    const env = { DICOMTAP_CONFIG: '/none', DICOMTAP_LIMITS: 'malformedMax=2' };
    const live = await readLiveConfig({ config, limit: ['distinctMax=5'] }, env);
    expect(live).toMatchObject({ file: config, sensor: 's' });
    expect(live.limits).toEqual({ malformedMax: 2, contextsMax: 9, distinctMax: 5 });
    expect((await readLiveConfig({}, { DICOMTAP_CONFIG: config })).file).toBe(config);
  });

  it('is refused with the line of each error', async () => {
    // Proves what an operator reads whose sensor does not start.
    const config = file('bad.yaml', 'sensr: s\nlog: loud\n');
    await expect(readLiveConfig({ config }, { DICOMTAP_RING_MIB: '-1' })).rejects.toMatchObject({
      code: 'config-invalid',
      message:
        `${config}: line 1: sensr: is not a key known here; ${config}: line 2: log: 'loud' is not one of trace, debug, info, warn, error; ` +
        'DICOMTAP_RING_MIB: must be a number',
    });
  });

  it.each<[string, string]>([
    ['missing.yaml', 'there is no such file'],
    ['latin.yaml', 'it is not UTF-8 text'],
  ])('of %s is not read: %s', async (name, why) => {
    // Proves that a file that is named must be there, and be text.
    const config = name === 'missing.yaml' ? join(folder, name) : file(name, Uint8Array.of(0xe4, 0x0a));
    await expect(readLiveConfig({ config }, {})).rejects.toMatchObject({
      code: 'config-unreadable',
      message: `${config} cannot be read: ${why}.`,
    });
  });
});
