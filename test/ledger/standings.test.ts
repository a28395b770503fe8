// Proves that a row says how a connection stood when it was taken, whatever the tracker has by then.
import { describe, expect, it } from 'vitest';
import { connectionRecord, noEvidence } from '../../src/ledger/connection.ts';
import type { ConnectionTable } from '../../src/ledger/connection-table.ts';
import { Reasons } from '../../src/ledger/reasons.ts';
import { Standings } from '../../src/ledger/standings.ts';
import { Slots } from '../../src/tcp/slots.ts';
import { addSlot, type ConnectOptions } from './scribe.ts';

const path = { vlan: [7], tunnel: ['vxlan:42'] };
const six = (host: number, port: number) => ({ address: `2001:db8:1:2:3:4:5:${host}`, port });

const recordOf = (table: ConnectionTable, row: number) =>
  connectionRecord(table, row, {
    ...{ id: 'c', protocol: 'dicom', why: 'its first bytes', ended: 'open', captures: ['first', 'second'] },
    ...{ evidence: noEvidence(), reasons: new Reasons(), ...path },
  });

/** A slot with something in every column. */
function filled(slots: Slots, options: ConnectOptions = {}): number {
  const slot = addSlot(slots, options);
  slots.lastInput[slot] = 1;
  slots.lastFrame[slot] = 4_000_000_000;
  slots.mac.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2], 12 * slot);
  for (const side of [0, 1]) {
    slots.covered[2 * slot + side] = 2 ** 40 + side;
    slots.missed[2 * slot + side] = 5 + side;
    slots.unseen.set(2 * slot + side, 3 + side);
    slots.tiny.set(2 * slot + side, (9 << 16) | side);
  }
  slots.strangeReset.set(slot, 77);
  return slot;
}

function entered(standings: Standings, slots: Slots, slot: number): number {
  const row = standings.add();
  standings.begin(row, slots, slot);
  standings.take(row, slots, slot, path);
  return row;
}

describe('a row', () => {
  it.each<[string, ConnectOptions]>([
    ['IPv4', {}],
    ['IPv6', { ends: [six(1, 50_000), six(2, 104)] }],
  ])('makes the same record as the slot: %s', (_, options) => {
    const slots = new Slots();
    const slot = filled(slots, options);
    const standings = new Standings();
    const row = entered(standings, slots, slot);
    expect(recordOf(standings, row)).toEqual(recordOf(slots, slot));
    expect(standings.paths[row]).toBe(path);
    expect([0, 1].map((side) => standings.tiny.get(2 * row + side))).toEqual([9 << 16, (9 << 16) | 1]);
    expect(standings.strangeReset.get(row)).toBe(77);
  });

  it('stays as it was while the tracker goes on, until it is taken again', () => {
    const slots = new Slots();
    const slot = filled(slots);
    const standings = new Standings();
    const row = entered(standings, slots, slot);
    const before = recordOf(standings, row);
    slots.covered[2 * slot] += 1000;
    slots.lastFrame[slot] = 1;
    expect(recordOf(standings, row)).toEqual(before);
    standings.take(row, slots, slot, path);
    expect(recordOf(standings, row)).toEqual(recordOf(slots, slot));
  });

  it('leaves nothing to the connection that has it next', () => {
    const slots = new Slots();
    const standings = new Standings();
    const row = entered(standings, slots, filled(slots));
    standings.remove(row);
    const bare = addSlot(slots, { ends: [six(3, 1), six(4, 2)] });
    expect(entered(standings, slots, bare)).toBe(row);
    expect(recordOf(standings, row)).toEqual(recordOf(slots, bare));
    expect([standings.unseen.size, standings.tiny.size, standings.strangeReset.size]).toEqual([0, 0, 0]);
  });

  it('keeps what it has while rows are added', () => {
    const slots = new Slots();
    const standings = new Standings();
    const rows = Array.from({ length: 1000 }, (_, i) => {
      const slot = filled(slots, { ends: [six(1, 1 + i), six(2, 104)] });
      return [entered(standings, slots, slot), slot] as const;
    });
    for (const [row, slot] of rows) expect(recordOf(standings, row)).toEqual(recordOf(slots, slot));
  });
});
