// Proves that a live sensor under mixed traffic keeps its memory and its descriptors, sends nothing and ends well: `npm
// run soak` in short.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dcmtkFound } from '../support/dcmtk.ts';
import { networksFound } from '../support/network.ts';
import { root } from '../support/source-tree.ts';

if (networksFound && dcmtkFound)
  it('a soak of 18 seconds', () => {
    const words = ['--minutes', '0.3', '--every', '2', '--slack', '64'];
    const { stdout, stderr, status } = spawnSync(process.execPath, [join(root, 'bench/soak.mjs'), ...words], {
      encoding: 'utf8',
      timeout: 290_000,
    });
    const lines = stdout.trim().split('\n');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(lines.filter((line) => line.includes(': flat'))).toHaveLength(4);
    expect(lines).toContain("frames sent by the sensor's port: 0");
    expect(lines.at(-1)).toBe('ended with 0');
    const [, packets, findings] = /\| (\d+) packets.*\| (\d+) findings/.exec(lines.at(-7) ?? '') ?? [];
    expect(Number(packets)).toBeGreaterThan(1000);
    expect(Number(findings)).toBeGreaterThan(3);
  }, 300_000);
