import { counted } from '../bytes/counted.ts';
import { type Check, type Examination, grown, type Line, ok, presentInterfaces, warning } from './check.ts';

/**
 * Who listens only has no address, answers no ARP and speaks no IPv6: then it cannot be spoken to, and sends nothing.
 */
export const address: Check = {
  slug: 'address',
  look: (examined) => presentInterfaces(examined).map((name) => ofInterface(name, examined)),
};

/** Linux, if.h. */
const IFF_NOARP = 0x80;

function ofInterface(name: string, { machine, counters, seconds }: Examination): Line {
  const quiet = `ip address flush dev ${name}; ip link set ${name} arp off; sysctl -w net.ipv6.conf.${name}.disable_ipv6=1`;
  const addresses = machine.addresses()[name] ?? [];
  if (addresses.length > 0)
    return warning(name, `has an address (${addresses.slice(0, 3).join(', ')}): this machine speaks there`, quiet);
  const sent = grown(counters(name), 'tx_packets');
  if (sent > 0) return warning(name, `this machine sent ${counted(sent, 'packet')} there within ${seconds} s`, quiet);
  const flags = Number(machine.read(`/sys/class/net/${name}/flags`)?.trim() ?? IFF_NOARP);
  const arp = (flags & IFF_NOARP) === 0;
  const six = (machine.read(`/proc/sys/net/ipv6/conf/${name}/disable_ipv6`) ?? '1').trim() === '0';
  if (arp || six) {
    const what = [...(arp ? ['ARP is on'] : []), ...(six ? ['IPv6 is on'] : [])].join(' and ');
    return warning(name, `has no address, but ${what}`, quiet);
  }
  return ok(name, 'no address, no ARP, no IPv6, nothing sent');
}
