// Proves: a learnt entry as a line of a table says what it says as a mapping, whatever its titles.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aeTitle } from '../../../src/bytes/text.ts';
import { parseAeTable } from '../../../src/policy/ae-table.ts';
import { learned } from '../../../src/policy/learn/learned.ts';
import { fitsTable, tableHead, tableLines } from '../../../src/policy/learn/table.ts';
import { policyText } from '../../../src/policy/learn/text.ts';
import { parsePolicy } from '../../../src/policy/parse.ts';
import { DAY_START, observedOf, service, talk } from '../../support/talks.ts';

describe('a line of the table', () => {
  it('comes after what asked for it', () => {
    const [, sender] = learned(observedOf([talk({ services: [service('store')] })])).entries;
    expect(sender === undefined ? [] : tableLines(sender)).toEqual([
      '# at 10.20.1.11: 5 associations, 2026-03-01 08:00 to 16:00; uses store: 7 operations to ARCHIVE, 2026-03-01 08:00 to 09:00',
      'CT01, 10.20.1.11, , store, , ARCHIVE, ',
    ]);
  });

  it('of one that was seen to do nothing allows echo alone', () => {
    const [archive] = learned(observedOf([talk()])).entries;
    expect(archive === undefined ? [] : tableLines(archive).at(-1)).toBe('ARCHIVE, 10.20.5.10, 104, echo, , CT01, ');
  });

  it('is read back as it was seen', () => {
    const title = fc
      .uint8Array({ minLength: 1, maxLength: 16 })
      .map(aeTitle)
      .filter((text) => text !== '');
    fc.assert(
      fc.property(title, title, (callingAe, calledAe) => {
        for (const entry of learned(observedOf([talk({ callingAe, calledAe })])).entries) {
          if (!fitsTable(entry)) continue;
          const { rows, remarks } = parseAeTable(`${tableHead}\n${tableLines(entry).at(-1)}`);
          expect(remarks).toEqual([]);
          expect(rows[0]?.content.title).toEqual([entry.title]);
          expect(rows[0]?.content.peers).toEqual(entry.peers.map(({ value }) => value));
        }
      }),
      { seed: 20_261_122, numRuns: 1000 },
    );
  });
});

describe('a policy of very many titles', () => {
  it('is a table, but for what a table cannot say', async () => {
    const talks = Array.from({ length: 1200 }, (_, i) =>
      talk({
        callingAe: i === 7 ? '@odd' : `CT${i}`,
        calledAe: i === 7 ? 'RIS' : 'ARCHIVE',
        clientAddress: `10.1.${i >> 8}.${i & 255}`,
        services: [service('store')],
      }),
    );
    const { policy, content, table, problems } = await parsePolicy(policyText(learned(observedOf(talks))), DAY_START);
    expect(problems).toEqual([]);
    expect(content?.ae_titles?.map(({ title }) => title)).toEqual(['RIS']);
    expect(table).toHaveLength(1201);
    expect(policy?.callers('CT5')[0]?.peers?.has('ARCHIVE')).toBe(true);
    expect(policy?.callers('@odd')[0]?.peers?.has('RIS')).toBe(true);
    expect(policy?.callers('CT5')[0]?.roles?.scu.has('query')).toBe(false);
  });
});
