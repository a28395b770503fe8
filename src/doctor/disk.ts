import { dirname, resolve } from 'node:path';
import { MIB } from '../settings/live-settings.ts';
import { bytesOnDisk } from '../store/disk-use.ts';
import { type Check, type Examination, error, type Line, ok, warning } from './check.ts';

/** Room for the store. */
export const disk: Check = {
  slug: 'disk',
  look: (examined) => {
    const { database, quotaBytes } = examined.settings;
    return [room(dirname(resolve(database)), quotaBytes, bytesOnDisk(database), examined)];
  },
};

/** Below it the store gives way. */
const freeMin = 512 * MIB;

function room(folder: string, wanted: number, used: number, { machine }: Examination): Line {
  const found = machine.stat(folder);
  if (found === null)
    return error(folder, 'there is no such folder', `install -d -m 700 -o dicomtap -g dicomtap ${folder}`);
  if (found.kind !== 'folder') return error(folder, 'is no folder', 'Name another');
  if (!found.writable)
    return error(
      folder,
      'this user may not write there',
      'Run doctor as the user of the sensor, or give it the folder',
    );
  const free = machine.free(folder) ?? 0;
  const mib = (bytes: number): string => `${Math.floor(bytes / MIB)} MiB`;
  if (free < freeMin)
    return error(folder, `${mib(free)} are free: the oldest records go already`, 'Make room on that disk');
  if (free + used < wanted) {
    const says = `${mib(free)} are free, and store.quota_mib would take ${mib(wanted - used)} more`;
    return warning(folder, says, `Make room, or store.quota_mib: ${Math.floor(((free + used) * 0.8) / MIB)}`);
  }
  return ok(folder, `${mib(free)} are free, at most ${mib(wanted)} are used (store.quota_mib)`);
}
