// Proves: each detection is one file, one test, one page and one row of the catalogue, under the same name; pages are
// whole and true.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/detections/catalogue.ts';
import { severities } from '../../src/model/records.ts';
import { detectionSlugs } from '../../src/policy/content.ts';

const root = new URL('../../', import.meta.url);
const slugs = catalogue.map(({ slug }) => slug);

/** Files of `src/detections` and their tests that are no detection. */
const machinery = [
  'catalogue',
  'detection',
  'judge',
  'sentence',
  'wireshark-filters',
  'comparison',
  'held-back',
  'policy-matching',
  'entries',
  'growing-case',
  'recent',
  'recent-count',
  'recent-times',
  'aged-places',
  'id-column',
  'stored-objects',
  'tally',
  'toolkit',
  'transfer',
  'odd-values',
  'watches',
];

function stems(folder: string, ending: string): string[] {
  return readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length));
}

function textOf(path: string): string {
  return readFileSync(new URL(path, root), 'utf8');
}

describe('the catalogue', () => {
  it('has every file of src/detections, once', () => {
    const files = stems('src/detections/', '.ts').filter((stem) => !machinery.includes(stem));
    expect(slugs.toSorted()).toEqual(files.toSorted());
  });

  it('has a test for each', () => {
    const tests = stems('test/detections/', '.test.ts').filter((stem) => !machinery.includes(stem));
    expect(slugs.toSorted()).toEqual(tests.toSorted());
  });

  it('has a page for each', () => {
    expect(slugs.toSorted()).toEqual(stems('docs/detections/', '.md').toSorted());
  });

  it('has what a policy may name, in its order', () => {
    expect(slugs).toEqual(detectionSlugs);
  });
});

const headings = [
  '## What it means',
  '## What makes it fire',
  '## What does not',
  '## Check it by hand',
  '## What to do',
  '## Thresholds and tuning',
  '## References',
];

describe.each(catalogue)(
  'the page of $slug',
  ({ slug, title, severities: defaults, references, kind, needsPolicy }) => {
    const page = textOf(`docs/detections/${slug}.md`);

    it('begins with its name and title, severities and kind', () => {
      expect(page.split('\n')[0]).toBe(`# ${slug}: ${title}`);
      expect(page).toContain(
        `Severity: ${defaults.join(', ')}. Kind: ${kind}. Needs a policy: ${needsPolicy ?? 'no'}.`,
      );
    });

    it('has its headings in order', () => {
      expect(page.split('\n').filter((line) => line.startsWith('## '))).toEqual(headings);
    });

    it('lists the references that findings carry, and no other', () => {
      const listed = page.slice(page.indexOf('## References')).matchAll(/^- (.+?)(?:: .*)?$/gm);
      expect([...listed].map((match) => match[1])).toEqual(references);
    });

    it('has a Wireshark filter', () => {
      expect(page).toMatch(/```wireshark\n.+\n```/);
    });

    it('never speaks of violations', () => {
      const texts = `${page} ${textOf(`src/detections/${slug}.ts`)}`;
      // But for the name that one of them has.
      expect(texts.replaceAll(/protocol-violation/g, '')).not.toMatch(/violat/i);
    });

    it('belongs to a detection whose severities rise', () => {
      const ranks = defaults.map((each) => severities.indexOf(each));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    });
  },
);
