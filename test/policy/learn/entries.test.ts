// Proves: both ends of a talk get their addresses, ports, roles and peers, and are grouped by what they mostly do.
import { describe, expect, it } from 'vitest';
import { EntryDrafts, groupOf } from '../../../src/policy/learn/entries.ts';
import { service, talk } from '../../support/talks.ts';

function draft(title: string, ...talks: Parameters<EntryDrafts['talk']>[0][]) {
  const drafts = new EntryDrafts();
  for (const one of talks) drafts.talk(one);
  const found = drafts.all().find((each) => each.title === title);
  if (found === undefined) throw new Error(`no ${title}`);
  return found;
}

const storing = talk({ services: [service('store', { sopClass: '1.2.840.10008.5.1.4.1.1.2' })] });

describe('the ends of a talk', () => {
  it('get what they showed', () => {
    const client = draft('CT01', storing);
    const server = draft('ARCHIVE', storing);
    expect([...client.addresses.all.keys(), ...client.ports.all.keys()]).toEqual(['10.20.1.11']);
    expect([...server.addresses.all.keys(), ...server.ports.all.keys()]).toEqual(['10.20.5.10', 104]);
    expect(client.scu.noted('to')).toEqual([
      { value: 'store', note: '7 operations to ARCHIVE, 2026-03-01 08:00 to 09:00' },
    ]);
    expect(server.scp.noted('for')).toEqual([
      { value: 'store', note: '7 operations for CT01, 2026-03-01 08:00 to 09:00' },
    ]);
    expect([...client.peers.all.keys(), ...server.peers.all.keys()]).toEqual(['ARCHIVE', 'CT01']);
    expect([...client.sopClasses.all.keys()]).toEqual(['1.2.840.10008.5.1.4.1.1.2']);
  });

  it('get the role of the side that asks: what a C-GET brings is stored by the server', () => {
    const got = talk({ callingAe: 'WS01', services: [service('retrieve'), service('store', { scu: 'server' })] });
    expect(draft('WS01', got).scp.has('store')).toBe(true);
    expect(draft('ARCHIVE', got).scu.has('store')).toBe(true);
  });

  it('are one when a title talks to itself', () => {
    const self = draft('X', talk({ callingAe: 'X', calledAe: 'X', services: [service('echo')] }));
    expect([...self.peers.all]).toHaveLength(1);
    expect(self.peers.of('X').count).toBe(5);
  });

  it('do not get services that a policy cannot name', () => {
    expect(draft('CT01', talk({ services: [service('other')] })).scu.noted('to')).toEqual([]);
  });

  it('name three peers of a service and count the others', () => {
    const talks = ['A', 'B', 'C', 'D', 'E'].map((callingAe) => talk({ callingAe, services: [service('store')] }));
    expect(draft('ARCHIVE', ...talks).scp.noted('for')[0]?.note).toContain('35 operations for A, B, C and 2 more,');
  });
});

describe('the group', () => {
  it.each([
    ['CT01', 'sender', [service('store'), service('worklist')]],
    ['ARCHIVE', 'archive', [service('store')]],
    ['ARCHIVE', 'archive', [service('query')]],
    ['ARCHIVE', 'worklist', [service('worklist'), service('query')]],
    ['CT01', 'viewer', [service('retrieve'), service('store', { scu: 'server' })]],
    ['ARCHIVE', 'printer', [service('print')]],
    ['CT01', 'other', [service('echo')]],
  ])('of %s is %s', (title, group, some) => {
    expect(groupOf(draft(title, talk({ services: some })))).toBe(group);
  });
});
