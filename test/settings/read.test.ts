// Proves that settings come from command line, environment and file in that order, that what is wrong is named at its
// place, and that documentation and schema are those of the program.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../src/settings/read.ts';
import { settingsJsonSchema } from '../../src/settings/schema.ts';
import { settingsTable } from '../../src/settings/settings-table.ts';
import { root } from '../support/source-tree.ts';

describe('settings', () => {
  it('come from the command line, then the environment, then the file', async () => {
    const text = 'sensor: file\ndb: file.db\ncapture: { engine: cap, ring_mib: 8 }\n';
    const env = { DICOMTAP_DB: 'env.db', DICOMTAP_ENGINE: 'tcpdump', DICOMTAP_SENSOR: '' };
    const { content } = await readSettings(text, env, { engine: 'dumpcap', interface: ['eth1'] });
    expect(content).toEqual({
      sensor: 'file',
      db: 'env.db',
      capture: { engine: 'dumpcap', ring_mib: 8 },
      interfaces: ['eth1'],
    });
  });

  it.each<[string, string, unknown]>([
    ['DICOMTAP_INTERFACES', 'eth1, eth2', { interfaces: ['eth1', 'eth2'] }],
    [
      'DICOMTAP_INTERFACES',
      '[eth1, {name: eth2, ring_mib: 4}]',
      { interfaces: ['eth1', { name: 'eth2', ring_mib: 4 }] },
    ],
    ['DICOMTAP_QUOTA_MIB', '64', { store: { quota_mib: 64 } }],
    ['DICOMTAP_SINKS', '{"soc":{"kind":"file","path":"h"}}', { sinks: { soc: { kind: 'file', path: 'h' } } }],
    ['DICOMTAP_METRICS', '[::1]:1', { metrics: { listen: '[::1]:1' } }],
    ['DICOMTAP_METRICS_REMOTE', 'true', { metrics: { remote: true } }],
    ['DICOMTAP_FILTER', 'tcp port 104', { capture: { filter: 'tcp port 104' } }],
  ])('%s may be %s', async (variable, text, content) => {
    expect((await readSettings(null, { [variable]: text }, {})).content).toEqual(content);
  });

  it('may be none at all', async () => {
    expect(await readSettings(null, {}, {})).toEqual({ content: {}, problems: [], mistakes: [] });
    expect(await readSettings('# nothing\n', {}, {})).toEqual({ content: {}, problems: [], mistakes: [] });
  });

  it.each<[string, string]>([
    ['sensr: x\n', '1:1 sensr is not a key known here'],
    ['- a\n', '1:1  must be a mapping'],
    ['capture:\n  ring_mib: big\n', '2:13 capture.ring_mib must be a number'],
    ['capture:\n  engine: snoop\n', "2:11 capture.engine 'snoop' is not one of auto, dumpcap, tcpdump, cap"],
    ['interfaces: [eth1, -i]\n', "1:20 interfaces[1] '-i' is no name of an interface"],
    ['interfaces: [{ name: eth1, colour: 1 }]\n', '1:28 interfaces[0].colour is not a key known here'],
    [
      'metrics:\n  listen: everywhere\n',
      "2:11 metrics.listen 'everywhere' is no address and port such as 127.0.0.1:9741, and not off",
    ],
    [
      'metrics:\n  listen: 0.0.0.0:9741\n',
      '2:11 metrics.listen others than this machine could ask there; if that is meant, say remote: true',
    ],
    ['limits: { connectionsMax: 9999999 }\n', '1:27 limits.connectionsMax is more than 1500000'],
    ['limits: { cupsMax: 1 }\n', '1:11 limits.cupsMax is not a key known here'],
    ['store: { retention_days: 0 }\n', '1:26 store.retention_days is less than 1'],
    ['a: [\n', '2:1  not YAML'],
  ])('%j: %s', async (text, problem) => {
    const { content, problems } = await readSettings(text, {}, {});
    expect(content).toBeNull();
    const [{ line, column, path, sentence }] = problems;
    expect(`${line}:${column} ${path} ${sentence}`).toContain(problem);
  });

  it.each<[Record<string, string>, Record<string, unknown>, string]>([
    [{ DICOMTAP_RING_MIB: 'many' }, {}, 'DICOMTAP_RING_MIB: must be a number'],
    [{ DICOMTAP_LOG: 'loud' }, {}, "DICOMTAP_LOG: 'loud' is not one of trace, debug, info, warn, error"],
    [{ DICOMTAP_INTERFACES: 'eth1,e/2' }, {}, "DICOMTAP_INTERFACES: 1: 'e/2' is no name of an interface"],
    [{}, { interface: ['a b'] }, "--interface: 0: 'a b' is no name of an interface"],
    [{ DICOMTAP_EVIDENCE_MIB: 'x', DICOMTAP_EVIDENCE_DIR: '/r' }, {}, 'DICOMTAP_EVIDENCE_MIB: must be a number'],
  ])('%j and %j are told by their names', async (env, argv, mistake) => {
    const { content, mistakes } = await readSettings(null, env, argv);
    expect(content).toBeNull();
    expect(mistakes).toEqual([mistake]);
  });

  it('leave the file alone where it is no mapping', async () => {
    const { problems } = await readSettings('capture: 5\n', { DICOMTAP_SENSOR: 's' }, {});
    expect(problems).toEqual([{ line: 1, column: 10, path: 'capture', sentence: 'must be a mapping' }]);
  });
});

describe('docs', () => {
  it('configuration.md has every setting', () => {
    const path = join(root, 'docs', 'configuration.md');
    const page = readFileSync(path, 'utf8');
    const rows = settingsTable.map(({ path: keys, variable, option, default: otherwise, about, applied }) => {
      const cells = [
        `\`${keys.join('.')}\``,
        `\`${variable}\``,
        option === null ? '' : `\`--${option}\``,
        otherwise,
        about,
        applied,
      ];
      return `| ${cells.join(' | ')} |\n`.replaceAll('  ', ' ');
    });
    const told = page.replace(/(<!-- settings.*-->\n)[\s\S]*(<!-- end)/, (_, begin: string, end: string) => {
      const head =
        '| key | variable | option of `live` | default | what it is | applied |\n| --- | --- | --- | --- | --- | --- |\n';
      return `${begin}${head}${rows.join('')}${end}`;
    });
    if (process.env['DICOMTAP_GOLDEN'] === 'write') writeFileSync(path, told);
    expect(page).toBe(told);
  });

  it('configuration.schema.json is the form', () => {
    const path = join(root, 'docs', 'configuration.schema.json');
    if (process.env['DICOMTAP_GOLDEN'] === 'write') writeFileSync(path, settingsJsonSchema());
    expect(readFileSync(path, 'utf8')).toBe(settingsJsonSchema());
  });
});
