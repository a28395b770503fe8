// Proves that the command reads a store beside the sensor that writes it, as text, as JSON, and again and again in
// place.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { until } from '../../support/live.ts';
import { health, liveTalk, liveTest } from '../../support/live-stores.ts';
import { runInto, temporaryFolder } from '../../support/stores.ts';
import { runWords } from '../run.ts';

async function written(): Promise<string> {
  const path = join(temporaryFolder(), 'a.db');
  const { recorder, settled } = liveTest(path);
  const now = Date.now() * 1000;
  recorder.write(liveTalk(1));
  recorder.health(health({ begin: now - 60e6, end: now, packets: 600 }));
  await settled();
  return path;
}

it('tells it to a person', async () => {
  const { status, stdout } = await runWords(['status', '--db', await written()]);
  expect(status).toBe(0);
  expect(stdout).toContain('10 packets/s');
  expect(stdout).toContain('phi-cleartext, just now');
  expect(stdout).not.toContain('\x1b');
});

it('tells it to a program', async () => {
  const { stdout } = await runWords(['status', '--json', '--db', await written()]);
  const document = JSON.parse(stdout) as Record<string, unknown>;
  expect(document).toMatchObject({
    sensor: 'test',
    state: 'ok',
    why: null,
    health: { packets: 600, interface: null },
    listeners: 1,
    associations: { all: 1 },
    newest: [{ detection: 'phi-cleartext', client: { port: expect.any(Number) } }],
    store: { bytes: expect.any(Number) },
  });
  expect(document['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
});

it('shows it again in place, and gives the terminal back when it is interrupted', async () => {
  let shown = '';
  const add = (text: string): void => {
    shown += text;
  };
  const io = { terminal: true, rows: 5, stdout: add };
  const running = runWords(['status', '--watch', '--db', await written()], io);
  await until(() => shown.includes('Sensor'), 'the first');
  process.emit('SIGINT');
  expect((await running).status).toBe(0);
  expect(shown.startsWith('\x1b[?1049h\x1b[?25l\x1b[H')).toBe(true);
  expect(shown.endsWith('\x1b[J\x1b[?25h\x1b[?1049l')).toBe(true);
  expect(shown.split('\n').length).toBe(5);
});

it('says where no live sensor wrote', async () => {
  const path = join(temporaryFolder(), 'a.db');
  runInto(path, []);
  expect((await runWords(['status', '--db', path])).stderr).toContain('has nothing of a live sensor');
});
