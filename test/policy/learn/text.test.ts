// Proves: a learnt policy is valid YAML that says what was learnt, whatever titles the wire had.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { aeTitle } from '../../../src/bytes/text.ts';
import { learned } from '../../../src/policy/learn/learned.ts';
import { policyText, scalar } from '../../../src/policy/learn/text.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { DAY_START, observedOf, service, talk } from '../../support/talks.ts';

describe('the text', () => {
  it('has a line for each permission, with what asked for it', () => {
    const text = policyText(learned(observedOf([talk({ services: [service('store')] })])));
    expect(text).toBe(`\
# Learnt by dicomtap from 2026-03-01 08:00 to 16:00 UTC: 5 associations, 2 AE titles allowed.
# It allows what was seen, and nothing else. Take out what should not be there, and give the reasons that
# are to be filled in. What was seen and is not allowed stands at the end.
version: 1

networks:
  internal: # private networks, as a whole: narrow them to what is yours
    - 10.0.0.0/8 # 2 addresses seen

ae_titles:
  # Archives and receivers: who answers queries, sends and is sent objects
  - title: ARCHIVE
    addresses:
      - 10.20.5.10 # 5 associations, 2026-03-01 08:00 to 16:00
    ports:
      - 104 # 5 associations, 2026-03-01 08:00 to 16:00
    roles:
      scp:
        - store # 7 operations for CT01, 2026-03-01 08:00 to 09:00
    peers:
      - CT01 # 5 associations, 2026-03-01 08:00 to 16:00

  # Who sends objects, and asks for a worklist
  - title: CT01
    addresses:
      - 10.20.1.11 # 5 associations, 2026-03-01 08:00 to 16:00
    roles:
      scu:
        - store # 7 operations to ARCHIVE, 2026-03-01 08:00 to 09:00
    peers:
      - ARCHIVE # 5 associations, 2026-03-01 08:00 to 16:00

encryption:
  tls: asked
  cleartext_tolerated: # as it was seen, and no longer than it must be
    - clients:
        - CT01 # 5 associations, 2026-03-01 08:00 to 16:00
      servers: [ARCHIVE]
      until: 2026-05-30
      reason: to be filled in
`);
  });

  it('of nothing is a policy too', async () => {
    const text = policyText(learned(observedOf([], { first: null, last: null })));
    const { policy, problems } = await parsePolicy(text, DAY_START);
    expect(problems).toEqual([]);
    expect(policy?.listsAeTitles).toBe(true);
  });

  it('tells of doubts in comments, and counts what is too many', () => {
    const talks = Array.from({ length: 600 }, (_, i) => talk({ callingAe: `X${i}`, accepted: 0 }));
    const comments = policyText(learned(observedOf(talks)))
      .split('\n')
      .filter((line) => line.startsWith('# - '));
    expect(comments).toHaveLength(500);
    expect(policyText(learned(observedOf(talks)))).toContain('\n# and 100 more\n');
  });
});

describe('hostile titles', () => {
  const wire = fc.uint8Array({ minLength: 1, maxLength: 16 }).map(aeTitle);
  const nasty = fc.constantFrom(
    'null',
    'Yes',
    '1e3',
    '0x1F',
    '- a',
    "a'b",
    'a: b',
    'a #b',
    '@g',
    '{}',
    '!x',
    '*a',
    '~',
    '.5',
  );
  const title = fc.oneof(wire, nasty).filter((text) => text !== '');

  it('are read back as they were seen', () => {
    fc.assert(
      fc.property(title, (text) => {
        expect(parse(`a: ${scalar(text)} # note`)).toEqual({ a: text });
      }),
      { seed: 20_261_122, numRuns: 2000 },
    );
  });

  it('allow those titles, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(title, title, async (callingAe, calledAe) => {
        const text = policyText(learned(observedOf([talk({ callingAe, calledAe, services: [service('store')] })])));
        const { policy, problems } = await parsePolicy(text, DAY_START);
        expect(problems).toEqual([]);
        expect(policy?.callers(callingAe)).toHaveLength(1);
        expect(policy?.answerers(calledAe)).toHaveLength(1);
        expect(policy?.callers(callingAe)[0]?.peers?.has(calledAe)).toBe(true);
      }),
      { seed: 20_261_122, numRuns: 100 },
    );
  });

  it('never end their comment', () => {
    const doubtful = talk({ callingAe: 'A\n  - title: EVIL', accepted: 0 });
    const text = policyText(learned(observedOf([doubtful])));
    expect(text).not.toMatch(/^\s*- title/m);
    expect(text).toContain("# - 'A?  - title: EVIL'");
  });
});
