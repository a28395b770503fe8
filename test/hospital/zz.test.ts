import { writeFileSync } from 'node:fs';
import { it } from 'vitest';
import { Acts } from './acts.ts';
import { HospitalDay, noon } from './day.ts';
import { captureFile } from './wire.ts';
it('x', async () => {
  let t = performance.now();
  const lap = (w: string) => { console.log(w, Math.round(performance.now() - t)); t = performance.now(); };
  const acts = await Acts.load(); lap('load');
  const day = new HospitalDay(acts, 1); lap('day');
  const frames = day.wire.frames(); lap('sort');
  const cut = frames.findIndex(f => f.seconds >= noon / 1e6);
  const [a, b] = [captureFile(frames.slice(0, cut)), captureFile(frames.slice(cut))]; lap('file');
  writeFileSync('/tmp/hosp-a.pcap', a); writeFileSync('/tmp/hosp-b.pcap', b);
  console.log(frames.length, a.length, b.length, acts.written.size);
}, 60000);
