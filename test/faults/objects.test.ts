// Proves that objects as DCMTK writes them, in every syntax and with odd elements put in, are read beside clean
// connections.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { concat } from '../support/bytes.ts';
import { client, conversation, server } from '../support/conversation.ts';
import { dcmtkFound, run } from '../support/dcmtk.ts';
import { parsePart10 } from '../support/part10.ts';
import { associateAc, associateRq, commandField, commandSet, ctStorage, pData, pDataPieces } from '../support/pdu.ts';
import { said } from '../support/sensing.ts';
import { withstand } from './withstand.ts';

const folder = resolve(import.meta.dirname, '../../pcaps/objects');
const work = mkdtempSync(join(tmpdir(), 'dicomtap-objects-'));
afterAll(() => rmSync(work, { recursive: true }));

/** Lines for dump2dcm that no modality should write. */
const odd = [
  '(0008,0070) LO [odd]',
  '(0009,0010) LO [ACME 1.1]',
  '(0009,1001) UN 01\\02\\03',
  '(0009,1002) SQ',
  '(fffe,e000) na',
  '(0010,0010) PN [Invented^Ida]',
  '(fffe,e00d) na',
  '(fffe,e0dd) na',
  '(0028,0010) DS [17]',
  '(0040,a730) SQ',
  '(fffe,e000) na',
  '(0040,a730) SQ',
  '(fffe,e000) na',
  '(fffe,e00d) na',
  '(fffe,e0dd) na',
  '(fffe,e00d) na',
  '(fffe,e0dd) na',
];

/** The object of a file, stored. */
function stored(file: string) {
  const { transferSyntax, dataSet } = parsePart10(readFileSync(file));
  const contexts = [{ id: 1, abstractSyntax: ctStorage, transferSyntaxes: [transferSyntax] }];
  const asked = commandSet({
    field: commandField.storeRq,
    sopClass: ctStorage,
    messageId: 1,
    dataSet: true,
    instance: '1.2.3',
  });
  return withstand(
    conversation([
      client(associateRq({ contexts })),
      server(associateAc({ contexts: [{ id: 1, transferSyntax }] })),
      client(
        concat(pData([{ command: true, bytes: asked }]), pDataPieces({ bytes: dataSet.subarray(0, 200_000) }, 16_000)),
      ),
      ...said.storeResponse(),
      ...said.release(),
    ]),
  );
}

if (dcmtkFound) {
  describe.each(readdirSync(folder).filter((name) => name.endsWith('.dump') && name !== 'ct-large.dump'))(
    '%s',
    (name) => {
      test('in every syntax and form of lengths, as it is and with odd elements', () => {
        const dump = readFileSync(join(folder, name), 'latin1');
        for (const [kind, text] of [
          ['plain', dump],
          ['odd', `${dump}\n${odd.join('\n')}\n`],
        ] as const) {
          const base = join(work, `${basename(name, '.dump')}-${kind}`);
          writeFileSync(`${base}.dump`, text, 'latin1');
          run('dump2dcm', ['-q', `${base}.dump`, `${base}.dcm`]);
          for (const form of [
            ['+ti', '+e'],
            ['+te', '-e'],
            ['+tb', '+e'],
            ['+td', '-e'],
          ]) {
            run('dcmconv', ['-q', ...form, `${base}.dcm`, `${base}-form.dcm`]);
            const { records } = stored(`${base}-form.dcm`);
            expect(records.associations, `${kind} ${form}`).toMatchObject([
              { objects: 1, outcome: 'released', complete: true },
            ]);
            expect(records.associations[0].patients, `${kind} ${form}`).toBe(1);
          }
        }
      });
    },
  );
}
