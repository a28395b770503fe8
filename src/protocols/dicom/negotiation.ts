import type { AnsweredContext, AssociateAccept, AssociateRequest, ProposedContext } from '../../model/facts.ts';

/** What the two sides of an association have agreed on, as far as it was seen; both directions look things up here. */
export class Negotiation {
  private proposals: readonly ProposedContext[] = [];
  private answers: readonly AnsweredContext[] = [];
  private asked = false;
  /** Whether a request or an acceptance was seen. */
  seen = false;

  /** The last acceptance answered no request that was seen. */
  unasked = false;

  /**
   * A request begins anew: what was agreed before no longer holds, unless it was `answered` before it came, as where two
   * taps record a direction each.
   */
  request(fact: AssociateRequest, answered = false): void {
    this.proposals = fact.contexts;
    if (!answered) this.answers = [];
    this.seen = true;
    this.asked = !answered;
    this.unasked = false;
  }

  accept(fact: AssociateAccept): void {
    this.answers = fact.contexts;
    this.seen = true;
    this.unasked = !this.asked;
    this.asked = false;
  }

  /** The transfer syntax of a context; null when its acceptance was not seen, or not yet. Of a repeated id the first counts. */
  accepted(contextId: number): string | null {
    for (const { id, result, transferSyntax } of this.answers) {
      if (id === contextId && result === 0 && transferSyntax !== '') return transferSyntax;
    }
    return null;
  }

  /** The transfer syntaxes that were proposed for a context, of which one is in use. Of a repeated id the first counts. */
  proposed(contextId: number): readonly string[] {
    for (const { id, transferSyntaxes } of this.proposals) if (id === contextId) return transferSyntaxes;
    return nothing;
  }
}

const nothing: readonly string[] = [];
