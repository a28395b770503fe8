// Proves what the options of a query mean, and that bad ones are named.
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/commands/query-options.ts';
import { noFilter } from '../../src/store/queries.ts';

describe('good options', () => {
  it.each<[Record<string, unknown>, object]>([
    [{}, {}],
    [
      { severity: 'high', detection: 'phi-cleartext', ae: 'PACS' },
      { severity: 'high', detection: 'phi-cleartext', ae: 'PACS' },
    ],
    [{ client: '10.0.0.1' }, { client: { address: '10.0.0.1', port: null } }],
    [{ server: '10.0.0.1:104' }, { server: { address: '10.0.0.1', port: 104 } }],
    [{ server: '2001:DB8:0:0::1' }, { server: { address: '2001:db8::1', port: null } }],
    [{ server: '[2001:db8::1]:104' }, { server: { address: '2001:db8::1', port: 104 } }],
    [{ since: '2026-03-01T10:00:00.5Z' }, { since: 1_772_359_200_500_000 }],
    [
      { since: '2026-03-01', until: '2026-03-01' },
      { since: 1_772_323_200e6, until: 1_772_409_600e6 },
    ],
    [{ limit: '20' }, { limit: 20 }],
  ])('%j', (argv, expected) => expect(parseFilter(argv)).toEqual({ ...noFilter, ...expected }));
});

describe('bad options', () => {
  it.each([
    [{ client: 'archive' }, '--client archive'],
    [{ server: '10.0.0.1:70000' }, '--server 10.0.0.1:70000'],
    [{ server: '10.1:104' }, '--server 10.1:104'],
    [{ since: 'yesterday' }, '--since yesterday'],
    [{ detection: 'phi' }, '--detection phi is not a detection'],
    [{ since: '2026-03-02', until: '2026-03-01' }, '--since 2026-03-02 is not before --until 2026-03-01'],
    [{ limit: '0' }, '--limit 0'],
    [{ limit: 'all' }, '--limit all'],
  ])('%j', (argv, named) => {
    expect(() => parseFilter(argv)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringContaining(named) }),
    );
  });
});
