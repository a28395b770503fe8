// Proves that whatever the form of a policy refuses is said in a sentence of ours, at its place.
import { expect, it } from 'vitest';
import { policySchema } from '../../src/policy/schema.ts';
import { remarksOf } from '../../src/yaml/issues.ts';

/** What is wrong with these keys beside `version: 1`: places and sentences. */
function wrong(content: Record<string, unknown>): string[] {
  const { error } = policySchema.safeParse({ version: 1, ...content }, { reportInput: true });
  return (error?.issues ?? [])
    .flatMap(remarksOf)
    .map(({ path, sentence, key }) => `${path.join('.')}${key ? ' (key)' : ''} ${sentence}`);
}

const exception = { detection: 'phi-cleartext', until: '2027-01-01', reason: 'x' };

it.each<[Record<string, unknown>, string[]]>([
  [{}, []],
  [{ site: 7 }, ["site must be text: put '7' in quotes"]],
  [{ site: ['x'] }, ['site must be text']],
  [{ site: 'x'.repeat(201) }, ['site is longer than 200 characters']],
  [{ networks: [] }, ['networks must be a mapping']],
  [{ networks: { internal: '10.0.0.0/8' } }, ['networks.internal must be a list']],
  [{ networks: { internal: [] } }, ['networks.internal is an empty list: leave the key out']],
  [{ listeners: [{ address: '10.0.0.1', port: 0 }] }, ['listeners.0.port is less than 1']],
  [{ listeners: [{ address: '10.0.0.1', port: 70_000 }] }, ['listeners.0.port is more than 65535']],
  [{ listeners: [{ address: '10.0.0.1', port: 'x' }] }, ['listeners.0.port must be a number']],
  [{ listeners: [{ port: 104 }] }, ['listeners.0.address is missing']],
  [{ encryption: { tls: 'yes' } }, ["encryption.tls 'yes' is not one of asked, not-asked"]],
  [{ ae_titles: [{ title: 104 }] }, ["ae_titles.0.title must be text: put '104' in quotes"]],
  [{ ae_titles: [{ title: { a: 1 } }] }, ['ae_titles.0.title must be text or a list']],
  [{ ae_titles: [{ title: [] }] }, ['ae_titles.0.title is an empty list: leave the key out']],
  [{ ae_titles: [{ title: '  ' }] }, ['ae_titles.0.title an AE title cannot be empty']],
  [
    { ae_titles: [{ title: 'A', color: 1, shape: 2 }] },
    ['ae_titles.0.color (key) is not a key known here', 'ae_titles.0.shape (key) is not a key known here'],
  ],
  [
    { groups: { 'a b': ['X'] } },
    ['groups.a b (key) is no name: letters, digits, dot, dash and underscore, at most 64'],
  ],
  [{ exceptions: [{ ...exception, reason: '' }] }, ['exceptions.0.reason is empty']],
  [
    { exceptions: [{ ...exception, until: '2027-02-30' }] },
    ["exceptions.0.until '2027-02-30' is not a date such as 2027-06-30"],
  ],
  [
    { exceptions: [{ ...exception, clients: [{}] }] },
    ['exceptions.0.clients.0 names nobody: give ae_title, group or address'],
  ],
])('%j', (content, sentences) => {
  expect(wrong(content)).toEqual(sentences);
});
