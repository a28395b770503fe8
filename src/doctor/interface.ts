import { type Check, error, type Line, ok, realInterfaces, warning } from './check.ts';
import type { Machine } from './machine.ts';

export const interfaces: Check = {
  slug: 'interface',
  look: (examined) => {
    const others = examined.settings.interfaces
      .map(({ name }) => name)
      .filter((name) => !realInterfaces(examined).includes(name));
    return [
      ...realInterfaces(examined).map((name) => ofInterface(name, examined.machine)),
      ...others.map((name) =>
        warning(name, 'is not one interface: it is never promiscuous', 'Name the interface at the mirror port'),
      ),
    ];
  },
};

/** Linux, if.h and if_arp.h. */
const IFF_UP = 1;
const ARPHRD_ETHER = 1;

function ofInterface(name: string, machine: Machine): Line {
  const read = (file: string): string | null => machine.read(`/sys/class/net/${name}/${file}`)?.trim() ?? null;
  const flags = read('flags');
  if (flags === null) {
    const there = machine.list('/sys/class/net') ?? [];
    return error(name, 'there is no such interface', `There are ${there.slice(0, 20).join(', ')}`);
  }
  if ((Number(flags) & IFF_UP) === 0) return error(name, 'is down', `ip link set ${name} up`);
  if (read('carrier') === '0')
    return error(
      name,
      'has no link: no cable, or its other end is off',
      'Look at the cable and at the mirror session of the switch',
    );
  const wireless = (machine.list(`/sys/class/net/${name}`) ?? []).some(
    (file) => file === 'wireless' || file === 'phy80211',
  );
  if (wireless)
    return warning(name, 'is wireless: it does not see what is for others', 'Use a wired interface at a mirror port');
  if (Number(read('type')) !== ARPHRD_ETHER) {
    return warning(
      name,
      'is no Ethernet interface: it sees what is for this machine',
      'Use an interface at a mirror port',
    );
  }
  const speed = Number(read('speed') ?? 0);
  return ok(name, `up${speed > 0 ? `, ${speed} Mbit/s` : ''}, Ethernet, can be promiscuous`);
}
