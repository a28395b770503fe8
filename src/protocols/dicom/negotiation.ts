import type { AnsweredContext, AssociateAccept, AssociateRequest, ProposedContext } from '../../model/facts.ts';

/** What the two sides of an association have agreed on, as far as it was seen; both directions look things up here. */
export class Negotiation {
  private proposals: readonly ProposedContext[] = [];
  private answers: readonly AnsweredContext[] = [];
  private asked = false;
  /** Whether a request or an acceptance was seen. */
  seen = false;

  /** The acceptance was seen: a context it does not accept is none. */
  private answered = false;
  /** By side, the longest P-DATA it may send: what the other takes (PS3.8 section D.1); without bound until told. */
  readonly longest: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];

  /** The last acceptance answered no request that was seen. */
  unasked = false;

  /**
   * A request begins anew: what was agreed before no longer holds, unless it was `answered` before it came, as where
   * two taps record a direction each.
   */
  request(fact: AssociateRequest, answered = false): void {
    this.proposals = fact.contexts;
    if (!answered) {
      this.answers = [];
      this.longest[fact.side] = Number.POSITIVE_INFINITY;
    }
    this.takes(fact);
    this.answered = answered;
    this.seen = true;
    this.asked = !answered;
    this.unasked = false;
  }

  accept(fact: AssociateAccept): void {
    this.takes(fact);
    this.answered = true;
    this.answers = fact.contexts;
    this.seen = true;
    this.unasked = !this.asked;
    this.asked = false;
  }

  private takes({ side, user }: AssociateRequest | AssociateAccept): void {
    const { maximumLength } = user;
    this.longest[1 - side] = maximumLength === null || maximumLength === 0 ? Number.POSITIVE_INFINITY : maximumLength;
  }

  /** Whether an acceptance was seen, and this context is none of those that it accepts. */
  refuses(contextId: number): boolean {
    if (!this.answered) return false;
    for (const { id, result } of this.answers) if (id === contextId && result === 0) return false;
    return true;
  }

  /**
   * The transfer syntax of a context; null when its acceptance was not seen, or not yet. Of a repeated id the first
   * counts.
   */
  accepted(contextId: number): string | null {
    for (const { id, result, transferSyntax } of this.answers) {
      if (id === contextId && result === 0 && transferSyntax !== '') return transferSyntax;
    }
    return null;
  }

  /**
   * The transfer syntaxes that were proposed for a context, of which one is in use. Of a repeated id the first counts.
   */
  proposed(contextId: number): readonly string[] {
    for (const { id, transferSyntaxes } of this.proposals) if (id === contextId) return transferSyntaxes;
    return nothing;
  }
}

const nothing: readonly string[] = [];
