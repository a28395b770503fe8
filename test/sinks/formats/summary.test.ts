// Proves that every kind of message says in one sentence what it is.
import { expect, it } from 'vitest';
import { summaryOf } from '../../../src/sinks/formats/summary.ts';
import {
  alertMessage,
  associationMessage,
  gapMessage,
  healthMessage,
  healthRecord,
  heartbeatMessage,
  testMessage,
} from '../../support/out-messages.ts';

it.each([
  [alertMessage({ summary: 'The finding says it.' }), 'The finding says it.'],
  [
    associationMessage(),
    'Association from MODALITY (10.0.0.2) to PACS (10.0.0.1:104): rejected (by the service user: calling AE title not recognised), 1 object, 1 patient, patient data in clear.',
  ],
  [
    associationMessage({ tls: true, outcome: 'released', outcomeDetail: null, objects: 0, patients: 0 }),
    'Association from MODALITY (10.0.0.2) to PACS (10.0.0.1:104): released, inside TLS.',
  ],
  [healthMessage, 'Interface eth1 is degraded (7 packets dropped by kernel): 1000 packets in 60 s, 0.012 s behind.'],
  [
    { ...healthMessage, health: { ...healthRecord, interface: null, state: 'ok' as const, why: null } },
    'The sensor is ok: 1000 packets in 60 s, 0.012 s behind.',
  ],
  [heartbeatMessage, 'Alive: 3 messages of this sink wait.'],
  [
    gapMessage,
    '23 messages (3 high and 20 low) will not be delivered: more waited than this sink may hold; lines 10 to 40 of the log.',
  ],
  [
    { ...gapMessage, dropped: {}, why: 'trimmed' as const },
    '23 messages will not be delivered: they had left the store; lines 10 to 40 of the log.',
  ],
  [testMessage, 'Test of sink soc: nothing happened.'],
])('$kind', (message, sentence) => {
  expect(summaryOf(message)).toBe(sentence);
});
