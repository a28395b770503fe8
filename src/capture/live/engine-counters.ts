/** What an engine says of itself, packets since it began; null where it does not say. */
export interface EngineCounters {
  /** Came to its socket, those lost included. */
  readonly received: number | null;
  /** Lost because the kernel's ring was full. */
  readonly kernel: number;
  /** Lost within the engine. */
  readonly engine: number;
}

/** The counters in a line of standard error; null when it holds none. */
export type ReadCounters = (line: string) => EngineCounters | null;

/**
 * tcpdump on SIGUSR1, in one line:
 *
 *     tcpdump: 5 packets captured, 7 packets received by filter, 2 packets dropped by kernel
 *
 * At its end they are lines of their own, in that order: so a line may hold one part only. The kernel's ring tells of
 * packets received those lost too (packet(7), PACKET_STATISTICS).
 */
export function readTcpdump(line: string): EngineCounters | null {
  const received = /(\d{1,10}) packets? received by filter/.exec(line);
  const dropped = /(\d{1,10}) packets? dropped by kernel/.exec(line);
  if (received === null || dropped === null) return null;
  return { received: Number(received[1]), kernel: Number(dropped[1]), engine: 0 };
}

/**
 * dumpcap at its end, with packets that it was given and those that it lost:
 *
 *     Packets received/dropped on interface 'eth1': 5/2 (pcap:2/dumpcap:0/flushed:0/ps_ifdrop:0) (71.4%)
 */
export function readDumpcap(line: string): EngineCounters | null {
  const told = /: (\d{1,10})\/\d{1,10} \(pcap:(\d{1,10})\/dumpcap:(\d{1,10})\/flushed:(\d{1,10})\//.exec(line);
  if (told === null) return null;
  const [given, kernel, late, flushed] = told.slice(1).map(Number);
  const engine = late + flushed;
  return { received: given + kernel + engine, kernel, engine };
}

/**
 * A counter of 32 bits that goes round, made whole: at a million packets a second that takes an hour.
 */
export class Unwrapped {
  total = 0;
  private last = 0;

  /** The counter as read now; what it stands for in all. */
  take(reading: number): number {
    this.total += (reading - this.last + 0x1_0000_0000) % 0x1_0000_0000;
    this.last = reading;
    return this.total;
  }
}
