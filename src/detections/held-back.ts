/** A finding that the policy holds back: not raised, and not silent either, for it is counted. */
export interface HeldBack extends Holding {
  /** The id it would have: it counts once, however often it is judged. */
  readonly findingId: string;
  readonly detection: string;
  readonly associationId: string | null;
  readonly connectionId: string;
}

/** What of the policy holds it back. */
export interface Holding {
  /** A severity `off`, an exception, clear text that is tolerated, or a tool that is expected. */
  readonly by: 'severity' | 'exception' | 'tolerance' | 'tool';
  /** Place in its list of the file; null for a severity. */
  readonly index: number | null;
  /** Last day, as written; null where it has none. */
  readonly until: string | null;
  readonly reason: string | null;
}

/** The detection's own word for what it holds back: where clear text is tolerated, or a tool expected. */
export function heldBackBy(
  by: 'tolerance' | 'tool',
  said: { readonly index: number; readonly untilText?: string | null; readonly reason: string },
): { readonly heldBack: Holding } {
  return { heldBack: { by, index: said.index, until: said.untilText ?? null, reason: said.reason } };
}
