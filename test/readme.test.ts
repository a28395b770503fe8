// Proves that the README's tables, numbers and links are those of the program.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { check } from '../src/commands/check.ts';
import { extract } from '../src/commands/extract/extract.ts';
import { findings } from '../src/commands/findings.ts';
import { liveOptions } from '../src/commands/live/options.ts';
import { replay } from '../src/commands/replay.ts';
import { status } from '../src/commands/status/status.ts';
import { catalogue } from '../src/detections/catalogue.ts';
import { limits } from '../src/model/limits.ts';
import { severities } from '../src/model/records.ts';
import { root } from './support/source-tree.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  engines: { node: string };
  scripts: Record<string, string>;
};

/** Cells of the rows of the table below a heading. */
function table(heading: string): string[][] {
  const section = readme.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('detections', () => {
  const told = table('Detections').map(([link, severity]) => ({
    slug: /^\[(.+?)\]/.exec(link)?.[1],
    severities: severities.filter((name) => new RegExp(`\\b${name}\\b`).test(severity)),
  }));

  it('are those of the catalogue, in its order', () => {
    expect(told.map(({ slug }) => slug)).toEqual(catalogue.map(({ slug }) => slug));
  });

  it('have no severity that they cannot have', () => {
    for (const [i, { severities: named }] of told.entries()) {
      expect(named.length).toBeGreaterThan(0);
      expect(catalogue[i].severities).toEqual(expect.arrayContaining(named));
    }
  });
});

describe('options', () => {
  const known = new Set([
    ...Object.keys(replay.options ?? {}),
    ...Object.keys(findings.options),
    ...Object.keys(check.options ?? {}),
    ...Object.keys(status.options),
    ...Object.keys(extract.options),
    ...Object.keys(liveOptions),
  ]);

  it('that it names exist', () => {
    const named = [...readme.matchAll(/(?<![\w-])--([a-z][a-z-]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(10);
    expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('of replay are all in it, but for those that --help leaves out', () => {
    const shown = Object.entries(replay.options).filter(([, { hidden }]) => hidden !== true);
    expect(shown.filter(([name]) => !readme.includes(`--${name}`))).toEqual([]);
  });
});

describe('bounds', () => {
  const mebibytes = (bytes: number) => `${bytes / 2 ** 20} MiB`;

  it('are those of limits.ts', () => {
    expect(table('Limits').map(([, value]) => value)).toEqual([
      `${limits.connectionsMax.toLocaleString('en')}, then the idlest goes`,
      String(limits.encapsulationsMax),
      `${mebibytes(limits.reorderBytesMax)} a direction, ${mebibytes(limits.reorderTotalBytesMax)} in all`,
      `${limits.valueBytesMax / 1024} KiB each; Pixel Data is passed over`,
      limits.distinctMax.toLocaleString('en'),
    ]);
  });
});

describe('what it points to', () => {
  it('is there', () => {
    const targets = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });

  it('are scripts of the package, and the Node it asks for', () => {
    const scripts = [...readme.matchAll(/npm run (\w+)/g)].map(([, name]) => name);
    expect(scripts.filter((name) => !(name in manifest.scripts))).toEqual([]);
    const [, floor] = /Node (\d+\.\d+) or later/.exec(readme) ?? [];
    expect(manifest.engines.node).toBe(`>=${floor}.0`);
  });
});
