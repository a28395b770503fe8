import type { AssociateAccept, AssociateRequest } from '../../model/facts.ts';

/** What the two sides of an association have agreed on, as far as it was seen; both directions look things up here. */
export class Negotiation {
  private readonly proposals = new Map<number, readonly string[]>();
  private readonly acceptances = new Map<number, string>();
  private asked = false;
  /** Whether a request or an acceptance was seen. */
  seen = false;

  /** The last acceptance answered no request that was seen. */
  unasked = false;

  /**
   * A request begins anew: what was agreed before no longer holds, unless it was `answered` before it came, as where two
   * taps record a direction each. Of a repeated context id the first counts.
   */
  request(fact: AssociateRequest, answered = false): void {
    this.proposals.clear();
    if (!answered) this.acceptances.clear();
    this.seen = true;
    this.asked = !answered;
    this.unasked = false;
    for (const context of fact.contexts) {
      if (!this.proposals.has(context.id)) this.proposals.set(context.id, context.transferSyntaxes);
    }
  }

  accept(fact: AssociateAccept): void {
    this.acceptances.clear();
    this.seen = true;
    this.unasked = !this.asked;
    this.asked = false;
    for (const context of fact.contexts) {
      if (context.result === 0 && context.transferSyntax !== '' && !this.acceptances.has(context.id)) {
        this.acceptances.set(context.id, context.transferSyntax);
      }
    }
  }

  /** The transfer syntax of a context; null when its acceptance was not seen, or not yet. */
  accepted(contextId: number): string | null {
    return this.acceptances.get(contextId) ?? null;
  }

  /** The transfer syntaxes that were proposed for a context, of which one is in use. */
  proposed(contextId: number): readonly string[] {
    return this.proposals.get(contextId) ?? nothing;
  }
}

const nothing: readonly string[] = [];
