// Proves: ten transient rejections a minute, or fifty associations held open in silence, are said; a busy hour is not.
import { describe, expect, it } from 'vitest';
import { associationExhaustion } from '../../src/detections/association-exhaustion.ts';
import { accepted, asked, findingsOf, over, rejected, times } from '../support/events.ts';

const full = { result: 2, source: 3, reason: 2 };
const id = (i: number) => ({ associationId: `a${i}` });
const hold = (count: number) => times(count, (i) => accepted({ ...id(i), at: i / 10 }));
const next = accepted({ ...id(999), at: 40 });

describe('fires', () => {
  it('for ten transient rejections within a minute', () => {
    const events = times(10, (i) => rejected({ clientAddress: `10.20.1.${i % 3}`, at: i * 5 }, full));
    const findings = findingsOf(associationExhaustion, events);
    expect(findings).toMatchObject([{ severity: 'medium', key: '["10.20.5.10:104","rejections"]' }]);
    expect(findings[0].summary).toBe(
      'ARCHIVE (10.20.5.10:104) rejected 10 associations for now in 45 s: it has no room for more. From 3 addresses: 10.20.1.0, 10.20.1.1 and 10.20.1.2.',
    );
  });

  it('for fifty held open without a request', () => {
    const findings = findingsOf(associationExhaustion, [...hold(50), next]);
    expect(findings).toMatchObject([{ key: '["10.20.5.10:104","held"]', evidence: { held: 50 } }]);
  });
});

describe('stays silent', () => {
  const events = hold(50);
  it.each([
    ['for nine rejections', times(9, (i) => rejected({ at: i }, full))],
    ['for ten in more than a minute', times(10, (i) => rejected({ at: i * 7 }, full))],
    ['for permanent ones', times(20, (i) => rejected({ at: i }, { reason: 3 }))],
    ['for 49 held open', [...hold(49), next]],
    ['for fifty that have just begun', [...events, accepted({ ...id(999), at: 20 })]],
    ['for fifty that were used', [...events, ...times(50, (i) => asked({ ...id(i), at: 6 })), next]],
    ['for fifty that are over', [...events, ...times(50, (i) => over({ ...id(i), at: 6 })), next]],
  ])('%s', (_, given) => {
    expect(findingsOf(associationExhaustion, given)).toEqual([]);
  });
});

describe('with loss', () => {
  it('says that numbers may be higher', () => {
    const events = times(10, (i) => rejected({ at: i, partial: i === 3 }, full));
    expect(findingsOf(associationExhaustion, events.slice(0, 9))).toEqual([]);
    expect(findingsOf(associationExhaustion, [...events, rejected({ at: 11, partial: true }, full)])[0].partial).toBe(
      true,
    );
  });
});
