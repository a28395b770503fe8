// Proves: what is not DICOM on a port of DICOM, TLS on a clear port and clear DICOM on a TLS port are said, for
// information.
import { describe, expect, it } from 'vitest';
import { unexpectedProtocol } from '../../src/detections/unexpected-protocol.ts';
import type { Event } from '../../src/ledger/events.ts';
import { findingsOf, happened, requested } from '../support/events.ts';

type How = Extract<Event, { kind: 'connection-over' }>['how'];
const ended = (how: How, serverPort = 104): Event => ({ kind: 'connection-over', ...happened({ serverPort }), how });

describe('fires', () => {
  it.each([
    ['not-dicom', ended('other')],
    ['tls-on-clear-port', ended('tls', 11_112)],
    ['dicom-on-tls-port', requested({ serverPort: 2762 })],
  ])('with reason %s', (reason, event) => {
    const findings = findingsOf(unexpectedProtocol, [event, event]);
    expect(findings).toMatchObject([{ severity: 'info', evidence: { reason, events: 2 } }]);
    expect(findings[0].summary).toContain(`(${reason})`);
  });
});

describe('stays silent', () => {
  it.each([
    ['for TLS on its own port', ended('tls', 2762)],
    ['for TLS on a port of no kind', ended('tls', 4242)],
    ['for DICOM in clear on a clear port', requested({})],
    ['for a port that nobody answers at', ended('no-answer')],
  ])('%s', (_, event) => {
    expect(findingsOf(unexpectedProtocol, [event])).toEqual([]);
  });
});

describe('with loss', () => {
  it('proves nothing where the first bytes were not seen', () => {
    expect(
      findingsOf(unexpectedProtocol, [ended('unclear'), requested({ serverPort: 2762, midStream: true })]),
    ).toEqual([]);
  });
});
