// Proves: a program, or a document that is not its type, is said of its sender with what and where; paths are another
// detection's.
import { describe, expect, it } from 'vitest';
import { executableContent } from '../../src/detections/executable-content.ts';
import type { Oddity } from '../../src/model/facts.ts';
import { findingsOf, odd } from '../support/events.ts';

const program: Oddity = { kind: 'program', what: 'Windows program', where: 'private' };
const wrongType: Oddity = { kind: 'not-its-type', what: 'archive as application/pdf', where: 'EncapsulatedDocument' };

describe('fires', () => {
  it('high, of the sender', () => {
    const findings = findingsOf(executableContent, [odd({}, [program, wrongType])]);
    expect(findings).toMatchObject([{ severity: 'high', key: '["10.20.1.11"]' }]);
    expect(findings[0].summary).toBe(
      'CT01 (10.20.1.11) sent 1 data set with Windows program in a private element and document that is archive as ' +
        'application/pdf within a second, to ARCHIVE (10.20.5.10).',
    );
  });

  it('of the server, for what it sent', () => {
    expect(findingsOf(executableContent, [odd({}, [program], 'server')])).toMatchObject([{ key: '["10.20.5.10"]' }]);
  });

  it('once an hour, with how often', () => {
    const events = [odd({ at: 0 }, [program]), odd({ at: 60 }, [program]), odd({ at: 7200 }, [program])];
    expect(findingsOf(executableContent, events).map(({ evidence }) => evidence['events'])).toEqual([2, 1]);
  });
});

it('stays silent for a path', () => {
  const path: Oddity = { kind: 'path', what: 'path traversal', where: 'PatientID' };
  expect(findingsOf(executableContent, [odd({}, [path])])).toEqual([]);
});

it('with loss says that it saw a part', () => {
  const [finding] = findingsOf(executableContent, [odd({ partial: true }, [program])]);
  expect(finding).toMatchObject({ partial: true });
  expect(finding.summary).toContain('Seen only in part');
});
