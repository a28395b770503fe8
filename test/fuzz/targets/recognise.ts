import { headersOnKnownPort, recogniseDicom } from '../../../src/protocols/dicom/recognise.ts';
import { findStep, needsMore, notThere } from '../../../src/protocols/dicom/resync.ts';
import { recogniseTls } from '../../../src/protocols/tls/recognise.ts';
import { handshakes } from '../../protocols/tls/handshakes.ts';
import { carried } from '../corpus.ts';
import { joined } from '../mutator.ts';
import { promised, type Target } from '../target.ts';

const around = Uint8Array.of(4, 0, 0, 0, 0, 6);

/** First bytes of a direction → which protocol it is, and where the next PDU begins. */
export const recogniseTarget: Target = {
  name: 'recognise',
  bytesMax: 700,
  async seeds() {
    const { directions } = await carried();
    const tls = Object.values(handshakes).flatMap(({ client, server }) => [client, server]);
    const middles = directions.map((bytes, i) => bytes.slice(200 + 3 * i, 800 + 3 * i));
    return [...directions, ...tls, ...middles].map((bytes) => bytes.slice(0, 600));
  },
  run(bytes) {
    const moved = joined(around, bytes, around);
    const said: string[] = [];
    for (const recognise of [recogniseDicom, recogniseTls]) {
      const whole = recognise(bytes, 0, bytes.length);
      promised(recognise(moved, 6, 6 + bytes.length) === whole, 'what is around does not matter');
      let before: string = 'more';
      for (let end = 0; end <= bytes.length; end += 1 + (end >>> 3)) {
        const now = recognise(bytes, 0, end);
        promised(before === 'more' || now === before, 'a verdict is final', () => `${before} ${now} at ${end}`);
        before = now;
      }
      promised(before === 'more' || whole === before, 'a verdict is final', () => `${before} ${whole} at the end`);
      said.push(whole);
    }
    const step = findStep(bytes, 0, bytes.length, headersOnKnownPort);
    promised(step === notThere || step === needsMore || (step >= 0 && step < bytes.length), 'a step is in the bytes');
    const elsewhere = findStep(moved, 6, 6 + bytes.length, headersOnKnownPort);
    promised(elsewhere === (step < 0 ? step : step + 6), 'what is around does not matter to the step');
    if (step >= 0) {
      const more = findStep(joined(bytes, around), 0, bytes.length + 6, headersOnKnownPort);
      promised(more >= 0 && more <= step, 'a step stays found', () => `${step} ${more}`);
    }
    return `${said} ${Math.min(step, 1)}`;
  },
};
