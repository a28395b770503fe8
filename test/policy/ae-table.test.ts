// Proves: a table of AE titles means the same as the list, and each slip is told with its line.
import { describe, expect, it } from 'vitest';
import { parseAeTable } from '../../src/policy/ae-table.ts';

describe('rows', () => {
  it('hold what their columns say', () => {
    const { rows, remarks } = parseAeTable(
      [
        '# scanners',
        'title, about, addresses, ports, scu, scp, peers, calls_as',
        '',
        'CT01, "CT, old", 10.0.0.1; 10.0.1.0/24, 104; 11112, store; worklist, , ARCHIVE; @viewers, CT01_OUT',
        '"A,B";"C;D"',
      ].join('\n'),
    );
    expect(remarks).toEqual([]);
    expect(rows).toEqual([
      {
        line: 3,
        content: {
          title: ['CT01'],
          about: 'CT, old',
          calls_as: ['CT01_OUT'],
          addresses: ['10.0.0.1', '10.0.1.0/24'],
          ports: [104, 11_112],
          roles: { scu: ['store', 'worklist'], scp: undefined },
          peers: ['ARCHIVE', { group: 'viewers' }],
        },
      },
      { line: 4, content: expect.objectContaining({ title: ['A,B', 'C;D'], roles: undefined, peers: undefined }) },
    ]);
  });

  it('of an empty block are none', () => {
    expect(parseAeTable('')).toEqual({ rows: [], remarks: [] });
  });
});

describe('slips', () => {
  it.each([
    ['title, adresses', "'adresses' is no column"],
    ['addresses\n10.0.0.1', 'the first line must name the columns'],
    ['title, title', "column 'title' is named twice"],
    ['title\nA, B', 'has 2 cells for 1 columns'],
    ['title, ports\n, 104', 'has no AE title'],
    ['title, addresses\nA, 10.0.0.300', "'10.0.0.300' is not an address or network"],
    ['title, ports\nA, 0', "'0' is not a port"],
    ['title, ports\nA, 65536', "'65536' is not a port"],
    ['title, scu\nA, stor', "'stor' is not one of store"],
  ])('%j', (text, sentence) => {
    expect(
      parseAeTable(text)
        .remarks.map((remark) => remark.sentence)
        .join(),
    ).toContain(sentence);
  });

  it('are told for each line that has them', () => {
    const { remarks } = parseAeTable('title, scu\nA, stor\nB, store\nC, stor');
    expect(remarks.map(({ path }) => path)).toEqual([
      ['ae_table', 1, 'scu'],
      ['ae_table', 3, 'scu'],
    ]);
  });

  it('end after a hundred', () => {
    const text = `title, ports\n${'A, x\n'.repeat(100_000)}`;
    expect(parseAeTable(text).remarks).toHaveLength(100);
  });
});
