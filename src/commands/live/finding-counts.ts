import type { FindingRecord, Severity } from '../../model/records.ts';

/** Ids remembered: a finding comes again with every change, and after this many others it counts anew. */
const idsMax = 10_000;

/** Findings raised since the program began, each once. */
export class FindingCounts {
  readonly counts: Record<string, Partial<Record<Severity, number>>> = {};
  private readonly ids = new Set<string>();

  add(findings: readonly FindingRecord[]): void {
    for (const { id, detection, severity } of findings) {
      if (this.ids.has(id)) continue;
      this.ids.add(id);
      if (this.ids.size > idsMax) this.forgetOldest();
      this.counts[detection] ??= {};
      const bySeverity = this.counts[detection];
      bySeverity[severity] = (bySeverity[severity] ?? 0) + 1;
    }
  }

  private forgetOldest(): void {
    for (const oldest of this.ids) {
      this.ids.delete(oldest);
      return;
    }
  }
}
