// Proves how a record looks in JSON: times, ends, null.
import { expect, it } from 'vitest';
import { recordJson } from '../../src/commands/record-json.ts';
import { tables } from '../../src/store/schema.ts';
import { sensorMessage } from '../support/out-messages.ts';
import { finding, T0 } from '../support/records.ts';

it('writes times as RFC 3339, ends as pairs, and null', () => {
  const shown = recordJson(finding('x', 'a1', 'c1', { time: T0 + 1, calledAe: null }), tables.finding.columns);
  expect(shown).toMatchObject({
    time: '2026-03-01T10:00:00.000001Z',
    client: { address: '10.0.0.2', port: 50000 },
    server: { address: '10.0.0.1', port: 104 },
    calledAe: null,
    frame: 9,
    withdrawn: false,
  });
  expect(Object.keys(shown).filter((field) => /Address|Port/.test(field))).toEqual([]);
});

it('a finding about the sensor itself has no ends', () => {
  const none = { address: null, port: null };
  const shown = recordJson(sensorMessage().finding, tables.finding.columns);
  expect(shown).toMatchObject({ client: none, server: none, connectionId: null, associationId: null });
});
