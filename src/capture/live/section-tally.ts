import type { InterfaceStatistics } from '../pcapng.ts';

/** So many packets more were lost at a place. */
export type Drop = readonly [place: string, packets: number];

/**
 * Keeps the books of a capture over all its sections: each packet that came to an engine has come here, was lost at a
 * place, or is on its way.
 */
export class SectionTally {
  /** Packets that came here, in all. */
  packets = 0;
  /** Whether a section is open. */
  open = false;
  readonly drops: Record<string, number> = {};
  /** Packets that came to the engines of sections before, as far as they said. */
  private receivedBefore: number | null = null;
  private receivedHere: number | null = null;
  /** Packets here when the section began. */
  private packetsThen = 0;
  /** Told of this section, by place. */
  private readonly told = new Map<string, number>();

  /** What came to the engines, by their own counts; null while none has said. */
  get received(): number | null {
    const { receivedBefore, receivedHere } = this;
    if (receivedHere === null) return receivedBefore;
    return (receivedBefore ?? 0) + Math.max(receivedHere, this.settled);
  }

  begin(): void {
    this.open = true;
    this.receivedHere = null;
    this.packetsThen = this.packets;
    this.told.clear();
  }

  /** Numbers of the section so far; what was lost since the ones before. */
  take(numbers: InterfaceStatistics): Drop[] {
    if (!this.open) return [];
    if (numbers.accepted !== null) this.receivedHere = Math.max(0, numbers.accepted);
    return [
      ...this.lost('kernel', numbers.systemDropped ?? 0),
      ...this.lost('interface', numbers.interfaceDropped ?? 0),
      ...this.lost('helper', (numbers.delivered ?? 0) - this.here),
    ];
  }

  /**
   * The section is over: what its engine received and nobody got was lost with it, unless we asked for the end; then it
   * came after that, and is none of ours.
   */
  end(asked: boolean): Drop[] {
    if (!this.open) return [];
    this.open = false;
    const { receivedHere } = this;
    const rest = receivedHere === null ? 0 : receivedHere - this.settled;
    const drops = asked || rest <= 0 ? [] : this.lost('helper', (this.told.get('helper') ?? 0) + rest);
    if (receivedHere !== null) this.receivedBefore = (this.receivedBefore ?? 0) + this.settled;
    this.receivedHere = null;
    return drops;
  }

  private get here(): number {
    return this.packets - this.packetsThen;
  }

  /** Packets of the section whose fate is known. What the interface lost never came to the engine. */
  private get settled(): number {
    return this.here + (this.told.get('kernel') ?? 0) + (this.told.get('helper') ?? 0);
  }

  private lost(place: string, total: number): Drop[] {
    const before = this.told.get(place) ?? 0;
    if (total <= before) return [];
    this.told.set(place, total);
    this.drops[place] = (this.drops[place] ?? 0) + (total - before);
    return [[place, total - before]];
  }
}
