import { counted } from '../bytes/counted.ts';
import { type Check, type Examination, error, type Line, ok, warning } from './check.ts';
import type { Heard } from './heard.ts';

/** What a short listen tells of the mirror session: one line for each thing that is wrong with it. */
export const mirror: Check = {
  slug: 'mirror',
  look: (examined) => examined.settings.interfaces.flatMap(({ name }) => ofInterface(name, examined)),
};

/** Fewer tell nothing. */
const conversationsMin = 10;
const payloadsMin = 50;

function ofInterface(name: string, examined: Examination): Line[] {
  const heard = examined.heard(name);
  if (heard === null) return [];
  if (typeof heard === 'string')
    return [error(name, `could not be listened to: ${heard}`, 'See engine, rights and interface above')];
  if (heard.packets === 0) {
    return [
      warning(
        name,
        `nothing came within ${heard.seconds.toFixed(0)} s`,
        'Look at the mirror session of the switch, and at its destination port',
      ),
    ];
  }
  const wrong = [...direction(name, heard), ...twice(name, heard), ...tags(name, heard)];
  return [...(wrong.length === 0 ? [ok(name, `${summary(heard)}: ${judged(heard)}`)] : wrong), dicom(name, heard)];
}

function summary({ packets, seconds, conversations }: Heard): string {
  return `${counted(packets, 'packet')} of ${counted(conversations, 'TCP conversation')} within ${seconds.toFixed(0)} s`;
}

/** What of a mirror that is not wrong is known to be right. */
function judged({ conversations, payloads }: Heard): string {
  if (conversations < conversationsMin) return 'too little to tell';
  return payloads < payloadsMin ? 'both directions' : 'both directions, each frame once';
}

function direction(name: string, { conversations, bothWays }: Heard): Line[] {
  if (conversations < conversationsMin || bothWays >= conversations / 2) return [];
  const says = `of ${conversations} TCP conversations ${bothWays === 0 ? 'all' : conversations - bothWays} show one direction only`;
  return [warning(name, says, 'Have the switch mirror both directions (rx and tx, or both) of the ports or VLANs')];
}

/** A mirror of whole VLANs brings a frame where it comes in and where it goes out. */
function twice(name: string, { payloads, twice: copies }: Heard): Line[] {
  if (payloads < payloadsMin || copies < payloads / 4) return [];
  const says = `${copies} of ${payloads} segments came twice`;
  return [
    warning(
      name,
      says,
      'Have the switch mirror one direction of each port, or ports instead of VLANs; it works, at twice the load',
    ),
  ];
}

function tags(name: string, { segments, tagged, packets }: Heard): Line[] {
  if (segments < payloadsMin || tagged > 0) return [];
  const remedy =
    'If the mirror spans VLANs, have it keep their tags (encapsulation replicate, or the like); else this is as it should be';
  return [{ ...ok(name, `no VLAN tags on ${counted(packets, 'packet')}`), remedy }];
}

function dicom(name: string, { dicom: seen, seconds }: Heard): Line {
  if (seen > 0)
    return ok(name, `DICOM was seen (${seen} ${seen === 1 ? 'segment that begins' : 'segments that begin'} a PDU)`);
  return ok(name, `no DICOM within ${seconds.toFixed(0)} s: at a quiet hour that says little`);
}
