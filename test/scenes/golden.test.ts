// Proves that each committed capture gives the records written beside it, however the file is cut into reads and
// hashed. DICOMTAP_GOLDEN=write writes them anew: read the difference before you commit it.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chunkSizes } from '../support/chunks.ts';
import { recordText } from '../support/record-text.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, pcaps, sceneName, scenePath, scenes } from '../support/scenes.ts';

const expected = join(pcaps, 'expected');
const write = process.env['DICOMTAP_GOLDEN'] === 'write';

describe('each capture', () => {
  for (const file of scenes()) {
    it(`gives its expected records: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const replayed = await replay(bytes, { capture: file });
      expect(replayed.bugs).toEqual([]);
      const text = recordText(replayed);
      const path = join(expected, `${sceneName(file)}.txt`);
      if (write) writeFileSync(path, text);
      expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : '');
      for (const hashSeed of [1, 0xfeedface]) {
        expect(recordText(await replay(bytes, { capture: file, hashSeed }))).toBe(text);
      }
      for (const chunk of chunkSizes) {
        if (chunk === 1 && bytes.length > 200_000) continue;
        expect(recordText(await replay(bytes, { capture: file, chunk }))).toBe(text);
      }
    });
  }

  it('has expected records, and no others are there', () => {
    expect(readdirSync(expected).sort()).toEqual(
      scenes()
        .map((file) => `${sceneName(file)}.txt`)
        .sort(),
    );
  });
});
