// Proves that the names in JSON are those of the contract.
import { describe, expect, it } from 'vitest';
import { replayDocument } from '../../src/commands/replay-document.ts';
import { alertSums } from '../../src/store/run-tally.ts';
import { finding, noStreamBytes, T0 } from '../support/records.ts';

describe('replay --json', () => {
  it('has these names, in this order, and null where nothing is known', () => {
    // Proves the names that scripts depend on.
    const raised = finding('phi-cleartext', 'a1', 'c1', { callingAe: null, time: T0 });
    const alert = {
      id: 'l1',
      detection: 'phi-cleartext',
      key: 'k',
      kind: 'condition' as const,
      windowStart: T0,
      severity: 'high' as const,
      count: 3,
      firstTime: T0,
      lastTime: T0,
      findingId: raised.id,
      related: {},
    };
    const document = replayDocument({
      version: '0.1.0',
      policy: null,
      database: 'x.db',
      inputs: [
        {
          path: 'a',
          packets: 0,
          bytes: 0,
          firstTime: null,
          lastTime: null,
          complete: false,
          cut: true,
          error: 'is empty',
          remedy: 'x',
        },
        {
          path: 'b',
          packets: 1,
          bytes: 60,
          firstTime: T0,
          lastTime: T0 + 1,
          complete: true,
          cut: false,
          error: null,
          remedy: null,
        },
      ],
      ignored: 4,
      totals: { packets: 1, bytes: 60, connections: 1, associations: 1, operations: 1, patients: '10000+', studies: 1 },
      protocols: { dicom: 1 },
      losses: { missed: { packets: 0, bytes: 5 }, truncated: { packets: 1, bytes: 2 } },
      streams: noStreamBytes,
      linkTypes: {},
      encapsulations: {},
      tally: {
        outcomes: {},
        tls: 0,
        midStream: 0,
        incomplete: 0,
        tlsSessions: { sessions: 0, grades: { critical: 0, fail: 0, weak: 0, unknown: 0, pass: 0 }, gravest: null },
        clear: { associations: 0, objects: 0, bytes: 0 },
        shown: [],
        ...alertSums([{ alert }]),
        alerts: [{ alert, finding: raised }],
        heldBack: [],
      },
      compared: null,
      reveal: false,
      interrupted: false,
      elapsedMs: 1234,
    });
    expect(JSON.stringify(document)).toBe(
      JSON.stringify({
        schema: 1,
        version: '0.1.0',
        policy: null,
        inputs: [
          { path: 'a', packets: 0, bytes: 0, firstTime: null, lastTime: null, complete: false, error: 'is empty' },
          {
            path: 'b',
            packets: 1,
            bytes: 60,
            firstTime: '2026-03-01T10:00:00.000000Z',
            lastTime: '2026-03-01T10:00:00.000001Z',
            complete: true,
            error: null,
          },
        ],
        totals: {
          packets: 1,
          bytes: 60,
          connections: 1,
          associations: 1,
          operations: 1,
          patients: '10000+',
          studies: 1,
        },
        protocols: { dicom: 1 },
        losses: { truncated: { packets: 1, bytes: 2 }, missed: { packets: 0, bytes: 5 } },
        severities: { info: 0, low: 0, medium: 0, high: 1, critical: 0 },
        findings: [
          {
            id: 'l1',
            detection: 'phi-cleartext',
            severity: 'high',
            time: '2026-03-01T10:00:00.000000Z',
            summary: raised.summary,
            client: { address: '10.0.0.2', port: 50000 },
            server: { address: '10.0.0.1', port: 104 },
            callingAe: null,
            calledAe: 'PACS',
            associationId: 'a1',
            count: 3,
          },
        ],
        heldBack: [],
        comparison: null,
        streams: noStreamBytes,
        ignored: 4,
      }),
    );
  });
});
