import type { Limits } from '../model/limits.ts';

/**
 * Packet time: what the packets say, made steady. It never goes back. A forward jump of more than ten minutes
 * takes effect once 16 packets agree, or at a file border; until then the stamps are taken as now.
 */
export class PacketClock {
  seconds = 0;
  nanos = 0;
  private started = false;
  private border = false;
  private jumpMs = 0;
  private jumpPackets = 0;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  get ms(): number {
    return this.seconds * 1000 + Math.floor(this.nanos / 1e6);
  }

  /** The same modulo 2^32: for the hot path, where a number beyond 32 bits would be an object. */
  get ms32(): number {
    return (Math.imul(this.seconds, 1000) + ((this.nanos / 1e6) | 0)) >>> 0;
  }

  /** The next packet is the first of a file: its stamp holds, however far ahead. */
  fileBorder(): void {
    this.border = true;
  }

  /** Takes the stamp of a packet; false if it was too far ahead to be believed yet. */
  observe(seconds: number, nanos: number): boolean {
    const ahead = seconds - this.seconds;
    if (ahead * 1000 > this.limits.clockJumpMs && this.started && !this.border && !this.agreed(seconds * 1000))
      return false;
    this.started = true;
    this.border = false;
    this.jumpPackets = 0;
    if (ahead > 0 || (ahead === 0 && nanos > this.nanos)) {
      this.seconds = seconds;
      this.nanos = nanos;
    }
    return true;
  }

  private agreed(ms: number): boolean {
    const near = Math.abs(ms - this.jumpMs) <= this.limits.clockJumpMs;
    this.jumpPackets = near ? this.jumpPackets + 1 : 1;
    this.jumpMs = ms;
    return this.jumpPackets >= this.limits.clockJumpPackets;
  }
}
