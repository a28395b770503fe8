// Writes src/protocols/dicom/tables/sequences.ts from dcmjs' copy of the PS3.6 dictionary: node bench/make-tables.mjs
import { writeFileSync } from 'node:fs';
import { dictionary } from 'dcmjs/dictionary';

const tags = [];
for (const { tag, vr } of Object.values(dictionary)) {
  const match = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/.exec(tag);
  if (match === null || vr !== 'SQ' || Number.parseInt(match[1], 16) % 2 === 1) continue;
  tags.push(match[1] + match[2]);
}
tags.sort();

const lines = [];
for (let i = 0; i < tags.length; i += 12) lines.push(`  ${tags.slice(i, i + 12).join(' ')}`);

writeFileSync(
  new URL('../src/protocols/dicom/tables/sequences.ts', import.meta.url),
  `import { TagTable } from './tag-table.ts';

/**
 * Whether PS3.6 gives a tag the VR SQ: the only way to know a sequence of known length in implicit VR. The list is
 * written by bench/make-tables.mjs.
 */
export function isSequence(group: number, element: number): boolean {
  return table.find(group, element) >= 0;
}

const tags = \`
${lines.join('\n')}
\`
  .trim()
  .split(/\\s+/);

/** How many tags the table knows. */
export const sequenceCount = tags.length;

const table = new TagTable(tags.length);
tags.forEach((tag, i) => {
  table.add(Number.parseInt(tag.slice(0, 4), 16), Number.parseInt(tag.slice(4), 16), i);
});
`,
);
