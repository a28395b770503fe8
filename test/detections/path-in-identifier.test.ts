// Proves: a path or command in an identifier or AE title is said of its sender, by attribute and never by value.
import { describe, expect, it } from 'vitest';
import { pathInIdentifier } from '../../src/detections/path-in-identifier.ts';
import type { Oddity } from '../../src/model/facts.ts';
import { asked, findingsOf, odd, requested } from '../support/events.ts';

const traversal: Oddity = { kind: 'path', what: 'path traversal', where: 'PatientID' };

describe('fires', () => {
  it('high, of the sender', () => {
    const findings = findingsOf(pathInIdentifier, [odd({}, [traversal])]);
    expect(findings).toMatchObject([{ severity: 'high', key: '["10.20.1.11"]' }]);
    expect(findings[0].summary).toContain(
      '10.20.1.11 sent 1 message with path traversal in PatientID within a second, to 10.20.5.10',
    );
  });

  it.each([
    ['a calling AE title', requested({ callingAe: '../../etc' }), 'path traversal in the calling AE title'],
    ['a called AE title', requested({ calledAe: '`reboot`' }), 'shell characters in the called AE title'],
    ['a backslash, as kept', requested({ calledAe: '..\\\\..\\\\x' }), 'path traversal in the called AE title'],
    [
      'a move destination',
      asked({}, { command: 'C-MOVE', moveDestination: 'A$(id)' }),
      'shell characters in the move destination',
    ],
  ])('for %s, without its value', (_, event, what) => {
    const [finding] = findingsOf(pathInIdentifier, [event]);
    expect(finding.evidence['what']).toEqual([what]);
    expect(`${finding.summary} ${JSON.stringify(finding.evidence)}`).not.toMatch(/etc|reboot|\$\(/);
  });
});

describe('stays silent', () => {
  it.each([
    ['a title with a slash', requested({ callingAe: 'CT/1', calledAe: 'PACS/A' })],
    ['a title with dots', requested({ callingAe: 'CT..1' })],
    ['a program', odd({}, [{ kind: 'program', what: 'script', where: 'private' }])],
    ['an everyday request', asked({})],
  ])('for %s', (_, event) => {
    expect(findingsOf(pathInIdentifier, [event])).toEqual([]);
  });
});

it('with loss says that it saw a part', () => {
  expect(findingsOf(pathInIdentifier, [odd({ partial: true }, [traversal])])).toMatchObject([{ partial: true }]);
});
