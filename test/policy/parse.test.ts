// Proves: every slip in a policy file is told with line, column, path and a sentence; hostile YAML is bounded; content
// alone makes the digest.
import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../src/policy/parse.ts';
import { problemInWords } from '../../src/yaml/problem.ts';
import { START } from '../support/subject.ts';

async function problems(text: string): Promise<string[]> {
  return (await parsePolicy(text, START)).problems.map(
    (problem) => `${problem.line}:${problem.column} ${problem.path}: ${problem.sentence}`,
  );
}

describe('problems', () => {
  it.each([
    [
      'an address',
      'ae_titles:\n  - title: A\n    addresses: [10.0.0.1, 10.0.0.300]',
      "4:27 ae_titles[0].addresses[1]: '10.0.0.300' is not an address or network",
    ],
    [
      'one address',
      'ae_titles:\n  - { title: A, addresses: nowhere }',
      "3:28 ae_titles[0].addresses: 'nowhere' is not an address or network",
    ],
    ['an unknown key', 'network: {}', '2:1 network: is not a key known here'],
    [
      'an unknown key within',
      'ae_titles:\n  - title: A\n    adresses: 10.0.0.1',
      '4:5 ae_titles[0].adresses: is not a key known here',
    ],
    [
      'a SOP class',
      'ae_titles:\n  - title: A\n    sop_classes: [CT Image Storage, CT Pictures]',
      "4:37 ae_titles[0].sop_classes[1]: 'CT Pictures' is no SOP class: give its UID, or its name in PS3.6",
    ],
    [
      'a kind of identity',
      'ae_titles: [{ title: A, identity: [password] }]',
      "2:36 ae_titles[0].identity[0]: 'password' is not one of username, username-passcode, kerberos, saml, jwt",
    ],
    [
      'a threshold of one device',
      'ae_titles: [{ title: A, thresholds: { bulk-query: { patients: 0 } } }]',
      '2:63 ae_titles[0].thresholds.bulk-query.patients: is less than 1',
    ],
    [
      'a group of move destinations',
      'ae_titles: [{ title: A, move_destinations: [{ group: g }] }]',
      "2:45 ae_titles[0].move_destinations[0]: there is no group 'g'",
    ],
    ['a tool without a reason', 'tools: [{ tool: nmap }]', '2:9 tools[0].reason: is missing'],
    [
      'a SOP class of a table',
      'ae_table: |\n  title, sop_classes\n  A, Pictures',
      "4:1 ae_table[1].sop_classes: 'Pictures' is no SOP class: give its UID, or its name",
    ],
    [
      'an identity of a table',
      'ae_table: |\n  title, identity\n  A, any; word',
      "4:1 ae_table[1].identity: 'word' is not one of any, username, username-passcode, kerberos, saml, jwt",
    ],
    ['a missing key', 'ae_titles:\n  - about: nothing', '3:5 ae_titles[0].title: is missing'],
    [
      'a title that YAML takes for a number',
      'ae_titles:\n  - title: 0123',
      "3:12 ae_titles[0].title: must be text: put '123' in quotes",
    ],
    [
      'a title that YAML takes for nothing',
      'ae_titles:\n  - title: ~',
      "3:12 ae_titles[0].title: must be text: put 'null' in quotes",
    ],
    ['an empty title', 'ae_titles:\n  - title: "  "', '3:12 ae_titles[0].title: an AE title cannot be empty'],
    [
      'a service',
      'ae_titles:\n  - title: A\n    roles: { scu: [stores] }',
      "4:20 ae_titles[0].roles.scu[0]: 'stores' is not one of store, query, retrieve, worklist, mpps, commitment, print, ups, echo",
    ],
    ['a port', 'ae_titles:\n  - { title: A, ports: 70000 }', '3:24 ae_titles[0].ports: is more than 65535'],
    ['an empty list', 'networks: { internal: [] }', '2:23 networks.internal: is an empty list: leave the key out'],
    ['a mapping where a list belongs', 'ae_titles: { title: A }', '2:12 ae_titles: must be a list'],
    ['a list where a mapping belongs', 'networks: [10.0.0.0/8]', '2:11 networks: must be a mapping'],
    ['a detection', 'severities: { phi: high }', '2:15 severities.phi: is not a key known here'],
    [
      'a severity',
      'severities: { phi-cleartext: hi }',
      "2:30 severities.phi-cleartext: 'hi' is not one of off, info, low, medium, high, critical",
    ],
    [
      'a threshold of a detection without any',
      'thresholds: { phi-cleartext: { count: 1 } }',
      '2:15 thresholds.phi-cleartext: is not a key known here',
    ],
    [
      'a date',
      'exceptions:\n  - { detection: phi-cleartext, reason: x, until: 2026-02-30 }',
      "3:51 exceptions[0].until: '2026-02-30' is not a date such as 2027-06-30",
    ],
    [
      'no reason',
      'exceptions:\n  - { detection: phi-cleartext, reason: " ", until: 2026-02-28 }',
      '3:41 exceptions[0].reason: is empty',
    ],
    ['no date', 'exceptions:\n  - { detection: phi-cleartext, reason: x }', '3:5 exceptions[0].until: is missing'],
    [
      'a party of nobody',
      'exceptions:\n  - { detection: phi-cleartext, reason: x, until: 2026-02-28, clients: [{}] }',
      '3:73 exceptions[0].clients[0]: names nobody: give ae_title, group or address',
    ],
    [
      'a party of title and group',
      'groups: { g: [A] }\nexceptions:\n  - { detection: phi-cleartext, reason: x, until: 2026-02-28, clients: [{ ae_title: A, group: g }] }',
      '4:73 exceptions[0].clients[0]: has both ae_title and group: give one of them',
    ],
    [
      'a group that is not there',
      'ae_titles:\n  - { title: A, peers: [{ group: g }] }',
      "3:25 ae_titles[0].peers[0]: there is no group 'g'",
    ],
    [
      'a group name',
      'groups: { "a b": [A] }',
      '2:11 groups.a b: is no name: letters, digits, dot, dash and underscore, at most 64',
    ],
    [
      'a line of the table',
      'ae_table: |\n  title, addresses\n  A, 10.0.0.1\n\n  B, 10.0.0.x',
      "6:1 ae_table[3].addresses: '10.0.0.x' is not an address or network",
    ],
    ['a table that is no block', 'ae_table: "title\\nA"', '2:11 ae_table: must be a block that begins with |'],
    ['a table folded into one line', 'ae_table: >\n  title\n  A', '2:11 ae_table: must be a block that begins with |'],
  ])('%s', async (_, body, expected) => {
    expect(await problems(`version: 1\n${body}\n`)).toContain(expected);
  });

  it.each([
    ['', '1:1 : the file says nothing; the least is: version: 1'],
    ['# nothing\n', '1:1 : the file says nothing; the least is: version: 1'],
    ['site: A', '1:1 version: is missing'],
    ['version: 2', "1:10 version: '2' is not one of 1"],
    ['just words', '1:1 : must be a mapping'],
    ['- a', '1:1 : must be a mapping'],
  ])('of the file %j', async (text, expected) => {
    expect(await problems(text)).toEqual([expected]);
  });

  it.each(['version: 1\nversion: 1', 'version: 1\n\tsite: x', 'a: [', '--- 1\n--- 2', 'a: *b'])(
    'of YAML %j',
    async (text) => {
      const found = await problems(text);
      expect(found[0]).toMatch(/^\d+:\d+ : not YAML: /);
      expect(found.length).toBeLessThanOrEqual(3);
    },
  );

  it('come in the order of the file, and are followed through aliases', async () => {
    const text =
      'version: 1\nsite: &x [1]\nae_titles:\n  - title: A\n    addresses: &a [nope]\n  - title: B\n    addresses: *a\n';
    expect(await problems(text)).toEqual([
      '2:10 site: must be text',
      "5:20 ae_titles[0].addresses[0]: 'nope' is not an address or network",
      "5:20 ae_titles[1].addresses[0]: 'nope' is not an address or network",
    ]);
  });

  it('are at most a hundred', async () => {
    expect(await problems(`version: 1\nnetworks: { internal: [${'x, '.repeat(500)}] }`)).toHaveLength(100);
  });

  it('in words name line and path', () => {
    expect(problemInWords({ line: 14, column: 9, path: 'ae_titles[3]', sentence: 'is wrong' })).toBe(
      'line 14: ae_titles[3]: is wrong',
    );
    expect(problemInWords({ line: 1, column: 1, path: '', sentence: 'not YAML' })).toBe('line 1: not YAML');
  });
});

describe('hostile YAML', () => {
  it('that expands without end is refused', async () => {
    let bomb = 'a0: &a0 [x]\n';
    for (let i = 1; i < 12; i++)
      bomb += `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]\n`;
    expect(await problems(bomb)).toEqual(['1:1 : the file has more aliases than a file like this needs']);
  });

  it('with aliases without number is refused at once', async () => {
    const many = `x: &x 1\ny: [${'*x, '.repeat(50_000)}]`;
    expect(await problems(many)).toEqual(['1:1 : the file has more aliases than a file like this needs']);
  });

  it('that nests without end is refused', async () => {
    const [first] = await problems('['.repeat(100_000));
    expect(first).toContain('lists or mappings are nested too deeply');
  });

  it('with a key of objects is refused like any unknown key', async () => {
    expect(await problems('version: 1\n__proto__: { site: x }')).toEqual(['2:1 __proto__: is not a key known here']);
    expect((await parsePolicy('version: 1\ngroups: { constructor: [A] }', START)).policy).not.toBeNull();
  });
});

describe('the digest', () => {
  const digest = async (text: string) => (await parsePolicy(text, START)).policy?.digest;

  it('does not depend on comments, order of keys or layout', async () => {
    const plain = await digest('version: 1\nsite: A\nnetworks: { internal: [10.0.0.0/8] }');
    expect(plain).toMatch(/^[0-9a-f]{64}$/);
    expect(await digest('# hello\nnetworks:\n  internal:\n    - 10.0.0.0/8\nsite: "A"\nversion: 1')).toBe(plain);
  });

  it('depends on what is said', async () => {
    expect(await digest('version: 1\nsite: A')).not.toBe(await digest('version: 1\nsite: B'));
  });
});
