// Proves that there is no log unless one is asked for, and that pino's lines are whole when it is.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { openLog } from '../../src/commands/log.ts';

describe('the log', () => {
  it('is one and the same silence without a level', async () => {
    // Proves that the default makes no logger; with a level there is one.
    expect(await openLog(null)).toBe(await openLog(null));
    expect(await openLog('error')).not.toBe(await openLog(null));
  });

  it('writes text for a person', async () => {
    const lines: string[] = [];
    const log = await openLog('warn', true, { write: (text) => lines.push(text) });
    log.info({}, 'not asked for');
    log.warn({ interface: 'eth1' }, 'capture ended');
    expect(lines).toEqual([expect.stringMatching(/^\S+ \S+ {2}warn {3}capture ended {2}interface=eth1\n$/)]);
  });

  it('writes structured lines at once', () => {
    // Proves what pino is relied on for: a line is out before the process ends.
    const script =
      "import('pino').then(({ pino }) => { pino({ base: null }, pino.destination({ fd: 1, sync: true })).info({ path: 'a' }, 'reading'); process.exit(0); })";
    const line = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as object;
    expect(line).toMatchObject({ level: 30, path: 'a', msg: 'reading' });
  });
});
