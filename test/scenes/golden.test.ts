// Proves that each committed capture gives the records written beside it, however the file is cut into reads.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chunkSizes } from '../support/chunks.ts';
import { recordText } from '../support/record-text.ts';
import { replay } from '../support/replay.ts';
import { captureBytes, pcaps, sceneName, scenePath, scenes } from '../support/scenes.ts';

describe('each capture', () => {
  for (const file of scenes()) {
    it(`gives its expected records: ${file}`, async () => {
      const bytes = captureBytes(scenePath(file));
      const replayed = await replay(bytes, { capture: file });
      expect(replayed.bugs).toEqual([]);
      const text = recordText(replayed);
      await expect(text).toMatchFileSnapshot(join(pcaps, 'expected', `${sceneName(file)}.txt`));
      for (const chunk of chunkSizes) {
        if (chunk === 1 && bytes.length > 200_000) continue;
        expect(recordText(await replay(bytes, { capture: file, chunk }))).toBe(text);
      }
    });
  }
});
