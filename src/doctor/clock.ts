import { type Check, ok, warning } from './check.ts';
import type { Machine } from './machine.ts';

/** Records of several machines can only be laid side by side where their clocks agree. */
export const clock: Check = {
  slug: 'clock',
  look: ({ machine }) => {
    const found = synchronised(machine);
    const remedy = 'apt-get install chrony, or systemd-timesyncd, with the time servers of this site';
    if (found === null) return [warning(null, 'nothing here says whether it is synchronised', remedy)];
    return [
      found.yes
        ? ok(null, `synchronised, as ${found.by} says`)
        : warning(null, `not synchronised, as ${found.by} says`, remedy),
    ];
  },
};

/** The first that knows. */
function synchronised(machine: Machine): { readonly yes: boolean; readonly by: string } | null {
  const chrony = machine.run('chronyc', ['-n', 'tracking']);
  const leap = /^Leap status\s*:\s*(.+)$/m.exec(chrony?.output ?? '')?.[1];
  if (chrony?.status === 0 && leap !== undefined) return { yes: leap.trim() === 'Normal', by: 'chronyc' };
  const timedate = machine.run('timedatectl', ['show', '--property=NTPSynchronized', '--value']);
  const told = timedate?.status === 0 ? timedate.output.trim() : '';
  if (told === 'yes' || told === 'no') return { yes: told === 'yes', by: 'timedatectl' };
  if (machine.stat('/run/systemd/timesync/synchronized') !== null) return { yes: true, by: 'systemd-timesyncd' };
  return null;
}
