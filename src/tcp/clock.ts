import type { Limits } from '../model/limits.ts';

/**
 * Packet time: what the packets say, made steady. Stamps that go back leave it where it is. A jump of more than ten
 * minutes, forward or back, takes effect once 16 packets agree, forward also at a file border; until then stamps
 * far ahead are taken as now.
 */
export class PacketClock {
  seconds = 0;
  nanos = 0;
  /**
   * Seconds of packet time that went by. Never goes back, and stands while packet time moves back: what waits is
   * counted by it, so that nothing has waited a negative time, and no move back makes anything expire.
   */
  elapsed = 0;
  /** How often packet time was moved back. */
  movedBack = 0;
  /** Where it was moved back from last. */
  private left = Number.NEGATIVE_INFINITY;
  private started = false;
  private border = false;
  private jumpMs = 0;
  private jumpPackets = 0;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** Milliseconds that went by: `elapsed`, finer. */
  get elapsedMs(): number {
    return this.elapsed * 1000 + Math.floor(this.nanos / 1e6);
  }

  /** Milliseconds of packet time modulo 2^32: for the hot path, where a larger number would be an object. */
  get ms32(): number {
    return (Math.imul(this.seconds, 1000) + ((this.nanos / 1e6) | 0)) | 0;
  }

  /** Stamps of the present second are taken as they are: no file begins and no jump is being judged. */
  get isSteady(): boolean {
    return this.started && !this.border && this.jumpPackets === 0;
  }

  /** The next packet is the first of a file: its stamp holds, however far ahead. */
  fileBorder(): void {
    this.border = true;
  }

  /** Takes the stamp of a packet; false if it was too far ahead to be believed yet. */
  observe(seconds: number, nanos: number): boolean {
    const ahead = seconds - this.seconds;
    if (Math.abs(ahead) * 1000 > this.limits.clockJumpMs && !this.jumps(seconds, nanos)) return ahead < 0;
    this.started = true;
    this.border = false;
    this.jumpPackets = 0;
    if (ahead > 0 || (ahead === 0 && nanos > this.nanos)) {
      this.elapsed += seconds - this.seconds;
      this.seconds = seconds;
      this.nanos = nanos;
    }
    return true;
  }

  /** Takes the time of a clock that is sure, such as the machine's own: believed at once, however far. */
  set(seconds: number, nanos: number): void {
    if ((this.seconds - seconds) * 1000 > this.limits.clockJumpMs) this.moveBack(seconds, nanos);
    this.border = true;
    this.observe(seconds, nanos);
  }

  /** Whether a stamp far from now is believed; a move back is made here. */
  private jumps(seconds: number, nanos: number): boolean {
    if (!this.started) return true;
    const forward = seconds > this.seconds;
    const agreed = this.agreed(seconds * 1000);
    if (!agreed && !(forward && this.border)) {
      this.border = false;
      return false;
    }
    if (forward) this.comeBack(seconds);
    else this.moveBack(seconds, nanos);
    return true;
  }

  private moveBack(seconds: number, nanos: number): void {
    this.left = this.seconds;
    this.seconds = seconds;
    this.nanos = nanos;
    this.movedBack++;
  }

  /** Packets of two clocks in turn: the time that packet time was moved back over has gone by already. */
  private comeBack(seconds: number): void {
    if (Math.abs(seconds - this.left) * 1000 <= this.limits.clockJumpMs) this.seconds = Math.min(seconds, this.left);
    this.left = Number.NEGATIVE_INFINITY;
  }

  private agreed(ms: number): boolean {
    const near = Math.abs(ms - this.jumpMs) <= this.limits.clockJumpMs;
    this.jumpPackets = near ? this.jumpPackets + 1 : 1;
    this.jumpMs = ms;
    return this.jumpPackets >= this.limits.clockJumpPackets;
  }
}
