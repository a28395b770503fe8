import { dirname, resolve } from 'node:path';
import { ringFileNumber } from '../capture/ring/ring-file.ts';
import { MIB } from '../settings/live-settings.ts';
import { type Check, type Examination, error, grown, type Line, ok, warning } from './check.ts';

/** The ring of kept packets, where one is asked for: its folder, its room, and how far it will go back. */
export const evidence: Check = {
  slug: 'evidence',
  look: (examined) => {
    const { evidence: wanted } = examined.settings;
    return wanted === null ? [] : [ofFolder(wanted.folder, examined), ...ofSize(wanted, examined)];
  },
};

/** An alert is seldom looked at sooner. */
const secondsMin = 3600;
/** What a packet takes in the ring beside its bytes: an enhanced packet block, its padding. */
const besidePacketBytes = 34;

function ofFolder(folder: string, { machine }: Examination): Line {
  const own = machine.stat(folder);
  // The sensor makes it.
  const found = own ?? machine.stat(dirname(resolve(folder)));
  const remedy = `install -d -m 700 -o dicomtap -g dicomtap ${folder}`;
  if (found === null || found.kind !== 'folder') return error(folder, 'there is no such folder', remedy);
  if (!found.writable) {
    return error(
      folder,
      'this user may not write there',
      'Run doctor as the user of the sensor, or give it the folder',
    );
  }
  if (own === null) return ok(folder, 'is not there yet: live makes it, its own alone');
  if ((own.mode & 0o077) === 0) return ok(folder, "is this user's alone");
  return warning(folder, 'others may look into it, and it holds patient data in clear text', `chmod 700 ${folder}`);
}

/** Nothing where there is no folder to ask the disk of: that was told. */
function ofSize({ folder, bytes }: { readonly folder: string; readonly bytes: number }, examined: Examination): Line[] {
  const { machine } = examined;
  const free = machine.free(folder) ?? machine.free(dirname(resolve(folder)));
  if (free === null) return [];
  const room = free + usedBytes(folder, examined);
  const mib = (count: number): string => `${Math.floor(count / MIB)} MiB`;
  if (room < bytes) {
    const says = `${mib(room)} are there for ${mib(bytes)} of packets: the ring gives its oldest up, then keeps nothing`;
    return [warning(folder, says, `Make room, or evidence.size_mib: ${Math.floor((room * 0.8) / MIB)}`)];
  }
  const rate = bytesPerSecond(examined);
  if (rate === 0) return [ok(folder, `${mib(bytes)}; nothing comes now that could be kept`)];
  const says = `${mib(bytes)} keep ${inWords(bytes / rate)} of what comes now (${megabits(rate)})`;
  if (bytes / rate >= secondsMin) return [ok(folder, says)];
  return [warning(folder, says, `evidence.size_mib: ${Math.ceil((rate * secondsMin) / MIB)} or more keeps an hour`)];
}

function usedBytes(folder: string, { machine }: Examination): number {
  const names = (machine.list(folder) ?? []).filter((name) => ringFileNumber(name) !== null);
  return names.reduce((sum, name) => sum + (machine.stat(`${folder}/${name}`)?.size ?? 0), 0);
}

function bytesPerSecond({ settings, counters, seconds }: Examination): number {
  return settings.interfaces.reduce((sum, { name }) => {
    const read = counters(name);
    return sum + (grown(read, 'rx_bytes') + grown(read, 'rx_packets') * besidePacketBytes) / seconds;
  }, 0);
}

function inWords(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  if (days > 9999) return 'decades';
  if (days >= 2) return `${days} days`;
  if (seconds >= 7200) return `${Math.floor(seconds / 3600)} hours`;
  return seconds >= 120 ? `${Math.floor(seconds / 60)} minutes` : `${Math.floor(seconds)} s`;
}

function megabits(rate: number): string {
  return `${Number(((rate * 8) / 1e6).toPrecision(3))} Mbit/s`;
}
