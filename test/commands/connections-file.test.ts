// Proves that connections are written as lines of the contract, all of them, or that it is told why not.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConnectionsFile, connectionLine } from '../../src/commands/connections-file.ts';
import { connection } from '../support/records.ts';

describe('a line of --connections', () => {
  it('has these names, in this order', () => {
    // Proves the names that scripts depend on.
    expect(Object.keys(JSON.parse(connectionLine(connection('c1'))) as object)).toEqual([
      'id',
      'communityId',
      'client',
      'server',
      'vlan',
      'tunnel',
      'start',
      'end',
      'clientBytes',
      'serverBytes',
      'clientMissed',
      'serverMissed',
      'began',
      'ended',
      'protocol',
      'why',
    ]);
  });
});

describe('the file of --connections', () => {
  it('holds every line once it is closed, for its owner alone', () => {
    // Proves that what is buffered is written, beyond one buffer too.
    const folder = mkdtempSync(join(tmpdir(), 'dicomtap-connections-'));
    const path = join(folder, 'c.jsonl');
    const file = new ConnectionsFile(path, () => {});
    for (let i = 0; i < 500; i++) file.write(connection(`c${i}`));
    file.close();
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines).toHaveLength(501);
    expect(JSON.parse(lines[499])).toMatchObject({ id: 'c499', client: { address: '10.0.0.2', port: 50000 } });
    expect(statSync(path).mode & 0o077).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('that cannot be written is an operator error', () => {
    // Proves that a full disk is told in words.
    const full = new ConnectionsFile('/dev/full', () => {});
    full.write(connection('c1'));
    expect(() => full.close()).toThrow(/cannot write \/dev\/full: no space is left/);
    expect(() => new ConnectionsFile('/proc/none/c', () => {})).toThrow(/cannot write/);
  });
});
