// Proves that settings come from the command line, then the environment, then defaults.
import { describe, expect, it } from 'vitest';
import { programVersion, readConfig } from '../src/config.ts';
import { OperatorError } from '../src/model/errors.ts';

describe('the configuration', () => {
  it('has defaults', () => {
    // Proves what holds when nothing is said.
    expect(readConfig({}, { HOME: '/home/a' })).toEqual({
      database: './dicomtap.db',
      policy: null,
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
      DICOMTAP_LIMITS: 'malformedMax=3,contextsMax=9',
    };
    expect(readConfig({}, env)).toEqual({
      database: 'e.db',
      policy: 'e.yaml',
      hashKey: { path: 'e.key', make: false },
      logLevel: 'info',
      limits: { malformedMax: 3, contextsMax: 9 },
    });
    const argv = { db: 'a.db', policy: 'a.yaml', hashKey: 'a.key', logLevel: 'warn', limit: ['malformedMax=2'] };
    expect(readConfig(argv, env)).toMatchObject({
      database: 'a.db',
      policy: 'a.yaml',
      logLevel: 'warn',
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

  it('refuses a log level that is none', () => {
    // Proves that a misspelt DICOMTAP_LOG is told.
    expect(() => readConfig({}, { DICOMTAP_LOG: 'loud' })).toThrow(OperatorError);
  });

  it('knows the version of package.json', () => {
    // Proves that --version has one source.
    expect(programVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
