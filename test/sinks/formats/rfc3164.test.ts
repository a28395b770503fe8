// Proves that envelopes of RFC 3164 have its time, a tag it allows and the message on one line.
import { expect, it } from 'vitest';
import { rendered } from '../../../src/sinks/format.ts';
import { rfc3164 } from '../../../src/sinks/formats/rfc3164.ts';
import { sinkOf } from '../../../src/sinks/settings.ts';
import { everyKind, findingMessage, hostile } from '../../support/out-messages.ts';
import { parse3164 } from '../../support/syslog-parser.ts';

const header = { facility: 4, severity: 3, time: 1_772_353_800_000_001, host: 'tap 1', app: 'dicom tap/x', process: 7 };

it('days below ten have a space, tags no sign that ends them', () => {
  expect(rfc3164(header, 'm')).toBe('<35>Mar  1 08:30:00 tap_1 dicom_tap_x[7]: m');
  expect(rfc3164({ ...header, time: Date.UTC(2026, 11, 24, 23, 59, 59) * 1000 }, 'm')).toContain(
    '>Dec 24 23:59:59 tap_1 ',
  );
});

it.each(['ecs', 'cef', 'leef', 'eve', 'sentence'] as const)('%s of every kind and title is read back', (format) => {
  const sink = sinkOf('s', { kind: 'syslog', transport: 'udp', address: 'h:514', rfc: 3164, format });
  const body = sinkOf('s', { kind: 'stdout', format });
  for (const message of [...everyKind, ...hostile.map(([, title]) => findingMessage({ callingAe: title }))]) {
    const read = parse3164(rendered(message, sink));
    expect(read).toMatchObject({ facility: 20, tag: 'dicomtap', process: '4711', host: 'tap.hospital.example' });
    expect(read.message).toBe(rendered(message, body));
  }
});
