// How fast a capture is cut into packets.
import { bench } from 'vitest';
import { capture, readerOf } from './material.ts';

for (const [kind, size, about] of [
  ['bulk', 20, '22 MB of bulk, 22,000 packets'],
  ['connections', 5000, '4 MB of short connections, 40,000 packets'],
] as const) {
  const bytes = capture(kind, size);
  bench(`reader: ${about}`, async () => {
    const reader = await readerOf(bytes);
    while ((await reader.next()) !== null);
  });
}
