// Proves: sixty SOP classes offered and none used are said, at once or step by step; programs that offer all and use
// one are not.
import { describe, expect, it } from 'vitest';
import { capabilityProbe } from '../../src/detections/capability-probe.ts';
import { findingsOf, over, proposed, times } from '../support/events.ts';

const classes = (count: number, from = 0) => times(count, (i) => proposed(`1.2.840.10008.5.1.4.1.1.${from + i}`, i));
const dcmtk = { implementationUid: '1.2.276.0.7230010.3.0.3.6.7' };

describe('fires', () => {
  it('for sixty at once', () => {
    const findings = findingsOf(capabilityProbe, [over({}, [], { offered: classes(60) })]);
    expect(findings).toMatchObject([
      { severity: 'medium', key: '["10.20.1.11","10.20.5.10:104"]', evidence: { sopClasses: 60 } },
    ]);
    expect(findings[0].summary).toContain('offered ARCHIVE (10.20.5.10:104) 60 SOP classes in 1 association');
  });

  it('for steps through them', () => {
    const steps = times(12, (i) => over({ at: i * 10 }, [], { offered: classes(5, 5 * i) }));
    expect(findingsOf(capabilityProbe, steps)).toMatchObject([{ evidence: { sopClasses: 60, events: 12 } }]);
  });

  it('when all it did was an echo', () => {
    expect(findingsOf(capabilityProbe, [over({}, [['echo', '1.2']], { offered: classes(60) })])).toHaveLength(1);
  });
});

describe('stays silent', () => {
  const all = { offered: classes(128) };
  it.each([
    ['for 59', [over({}, [], { offered: classes(59) })]],
    ['for storescu without -R, which stores', [over(dcmtk, [['store', '1.2']], all)]],
    ['for the same toolkit, when the server takes none of what it came for', [over(dcmtk, [], all)]],
    [
      'for one class offered 128 times',
      [over({}, [], { offered: times(128, (i) => proposed('1.2.840.10008.1.1', i)) })],
    ],
    ['for steps in more than ten minutes', times(12, (i) => over({ at: i * 100 }, [], { offered: classes(5, 5 * i) }))],
    ['when it was rejected', [over({}, [], { ...all, accepted: false, outcome: 'rejected' })]],
  ])('%s', (_, events) => {
    expect(findingsOf(capabilityProbe, events)).toEqual([]);
  });

  it('about classes that this client uses there', () => {
    const used = classes(30).map(({ abstractSyntax }) => abstractSyntax);
    const events = [
      over({}, [['store', ...used]], { offered: classes(30) }),
      over({ at: 9 }, [], { offered: classes(80) }),
    ];
    expect(findingsOf(capabilityProbe, events)).toEqual([]);
  });
});

describe('with loss', () => {
  it('proves nothing where requests may have been lost', () => {
    for (const [given, parts] of [
      [{ partial: true }, {}],
      [{}, { byThem: false }],
    ] as const) {
      expect(findingsOf(capabilityProbe, [over(given, [], { offered: classes(60), ...parts })])).toEqual([]);
    }
  });
});
