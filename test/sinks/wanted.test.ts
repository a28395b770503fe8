// Proves the filters of a sink: severity, detection, network; words of the sensor always go out.
import { expect, it } from 'vitest';
import type { FindingMessage } from '../../src/sinks/message.ts';
import { testMessage } from '../../src/sinks/own-words.ts';
import { sinkOf } from '../../src/sinks/settings.ts';
import { wantedBy, wantedKinds } from '../../src/sinks/wanted.ts';
import { sensorMessage } from '../support/out-messages.ts';
import { finding, T0 } from '../support/records.ts';
import { sensor } from '../support/sinks.ts';

const found = finding('phi-cleartext', 'a1', 'c1');
const message: FindingMessage = {
  kind: 'finding',
  id: found.id,
  revision: 1,
  severity: 'medium',
  time: T0,
  begin: T0,
  end: T0,
  sensor,
  runId: 1,
  finding: found,
  connection: null,
  association: null,
  tlsSession: null,
};

it.each([
  [{}, true],
  [{ minimum_severity: 'medium' as const }, true],
  [{ minimum_severity: 'high' as const }, false],
  [{ detections: ['phi-cleartext'] }, true],
  [{ detections: ['tls-weak'] }, false],
  [{ networks: ['10.0.0.2'] }, true],
  [{ networks: ['10.0.0.1/32', '192.168.0.0/16'] }, true],
  [{ networks: ['192.168.0.0/16'] }, false],
])('%o', (filters, wanted) => {
  const passes = wantedBy(sinkOf('soc', { kind: 'stdout', ...filters }));
  expect(passes(message)).toBe(wanted);
  expect(passes(testMessage(sensor, 'soc', 1))).toBe(true);
});

it('what is about the sensor itself concerns every network', () => {
  const passes = wantedBy(sinkOf('soc', { kind: 'stdout', networks: ['192.168.0.0/16'] }));
  expect(passes(sensorMessage())).toBe(true);
});

it('what is sent are kinds of the log', () => {
  expect(wantedKinds(['alerts', 'findings', 'associations', 'health'])).toEqual([
    'alert',
    'finding',
    'association',
    'health',
  ]);
});
