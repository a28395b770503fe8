// Proves which engine is chosen, and that its command line says what was asked.
import { expect, it } from 'vitest';
import type { CaptureOptions } from '../../../src/capture/live/capture-options.ts';
import { chooseEngine, type Engine } from '../../../src/capture/live/engines.ts';
import { options } from './fake-engine.ts';

const here =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name) ? `/bin/${name}` : null;

function chosen(asked: Partial<CaptureOptions>, ...names: string[]): Engine {
  const engine = chooseEngine({ ...options, ...asked }, here(...names));
  if (typeof engine === 'string') throw new Error(engine);
  return engine;
}

it('auto is the first that is there, and says so', () => {
  expect(chosen({}, 'dumpcap', 'tcpdump')).toMatchObject({ name: 'tcpdump', why: 'the first choice' });
  expect(chosen({}, 'dumpcap')).toMatchObject({ name: 'dumpcap', why: 'tcpdump not found' });
});

it('one that is asked for and not there is not replaced', () => {
  expect(chooseEngine({ ...options, engine: 'dumpcap' }, here('tcpdump'))).toBe(
    'dumpcap is not installed, or may not be run by this user',
  );
});

it('tcpdump', () => {
  const { command, words } = chosen(
    { engine: 'tcpdump', bufferMiB: 256, filter: 'port 104', promiscuous: false },
    'tcpdump',
  );
  expect([command, ...words].join(' ')).toBe('/bin/tcpdump -i eth7 -n -s 262144 -B 262144 -U -w - -p -- port 104');
  expect(chosen({ engine: 'tcpdump' }, 'tcpdump').words).not.toContain('-p');
});

it('dumpcap', () => {
  const { command, words } = chosen(
    { engine: 'dumpcap', bufferMiB: 256, filter: 'port 104', promiscuous: false },
    'dumpcap',
  );
  expect([command, ...words].join(' ')).toBe('/bin/dumpcap -q -P -i eth7 -s 262144 -B 256 -w - -p -f port 104');
});
