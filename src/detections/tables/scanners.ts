/**
 * How known tools ask for an association, where nobody changed their defaults: from our own recordings of them
 * (pcaps/nmap.pcap, echo-sweep.pcap, theft.pcap), never from their sources. What is null is not looked at.
 */
export interface Scanner {
  /** As a policy names it under `tools`. */
  readonly tool: string;
  readonly callingAe: string;
  readonly implementationUid: string | null;
  readonly implementationVersion: string | null;
  /** Abstract syntaxes offered, all of them. */
  readonly offers: readonly string[] | null;
  /** Was accepted and left without one message: a program of that name would have gone on. */
  readonly leaves: boolean;
  /** Also a tool that people use: fires only where a policy lists AE titles and does not know this one. */
  readonly common: boolean;
}

const verification = '1.2.840.10008.1.1';

/** The first that fits counts. */
export const scanners: readonly Scanner[] = [
  {
    tool: 'nmap',
    callingAe: 'ECHOSCU',
    implementationUid: '1.2.276.0.7230010.3.0.3.6.2',
    implementationVersion: 'OFFIS_DCMTK_362',
    offers: [verification],
    leaves: true,
    common: false,
  },
  ...['ECHOSCU', 'FINDSCU', 'MOVESCU', 'GETSCU', 'STORESCU', 'TERMSCU'].map((callingAe) => ({
    tool: 'dcmtk',
    callingAe,
    implementationUid: null,
    implementationVersion: null,
    offers: null,
    leaves: false,
    common: true,
  })),
];
