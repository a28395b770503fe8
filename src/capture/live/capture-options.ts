/** What is listened to, and how. */
export interface CaptureOptions {
  /** Name of the interface, such as `eth1`; `any` for all of the machine. */
  readonly interface: string;
  readonly engine: EngineChoice;
  /** Kernel ring in MiB. */
  readonly bufferMiB: number;
  /** Bytes kept of a packet. */
  readonly snapLength: number;
  /** A pcap-filter(7) expression; null for everything. */
  readonly filter: string | null;
  readonly promiscuous: boolean;
}

/** Programs that capture. `auto` is the first of them that is there. */
export const engineNames = ['tcpdump', 'dumpcap', 'cap'] as const;
export type EngineName = (typeof engineNames)[number];
export type EngineChoice = EngineName | 'auto';

export const captureDefaults: Omit<CaptureOptions, 'interface'> = {
  engine: 'auto',
  bufferMiB: 256,
  snapLength: 262_144,
  filter: null,
  promiscuous: true,
};
