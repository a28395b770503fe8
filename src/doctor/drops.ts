import { counted } from '../bytes/counted.ts';
import { type Check, type Examination, grown, type Line, ok, realInterfaces, warning } from './check.ts';

/** What is lost now: at the network card, in the kernel before a capture, and by the capture itself. */
export const drops: Check = {
  slug: 'drops',
  look: (examined) => realInterfaces(examined).flatMap((name) => ofInterface(name, examined)),
};

/** Counters of an interface that mean packets lost at it. Not `rx_dropped`: that counts what only a capture wanted. */
const lossy = ['rx_missed_errors', 'rx_fifo_errors', 'rx_over_errors', 'rx_crc_errors', 'rx_frame_errors'] as const;

function ofInterface(name: string, examined: Examination): Line[] {
  const counters = examined.counters(name);
  if (counters.after === null) return [];
  const lines: Line[] = [];
  const now = lossy.filter((each) => grown(counters, each) > 0);
  if (now.length > 0) {
    const told = now.map((each) => `${each} ${grown(counters, each)}`).join(', ');
    const remedy = `ethtool -G ${name} rx 4096; ethtool -S ${name} says more; rx_crc_errors: another cable`;
    lines.push(warning(name, `the network card loses packets now (${told} within ${examined.seconds} s)`, remedy));
  }
  const heard = examined.heard(name);
  if (heard !== null && typeof heard !== 'string' && heard.lost > 0) {
    const says = `the capture lost ${counted(heard.lost, 'packet')} beside ${heard.packets} within ${heard.seconds.toFixed(0)} s`;
    lines.push(warning(name, says, 'A larger ring_mib, a filter for what is not DICOM, or a faster core'));
  }
  if (lines.length > 0) return lines;
  const before = lossy.filter((each) => (counters.after?.[each] ?? 0) > 0);
  const since = before.map((each) => `${each} ${counters.after?.[each]}`).join(', ');
  return [ok(name, `nothing is lost now${since === '' ? '' : ` (since it exists: ${since})`}`)];
}
