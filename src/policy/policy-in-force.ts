import type { Micros } from '../model/records.ts';
import type { IdentityKind, SeveritySetting } from './content.ts';
import type { AeEntry, Destination, Ends, Exception, ExpectedTool, Policy, Tolerance } from './policy.ts';
import type { Thresholds } from './thresholds.ts';

/** The policy that holds now: asked like any other, and replaced while it is in use. */
export class PolicyInForce implements Policy {
  current: Policy;

  constructor(first: Policy) {
    this.current = first;
  }

  get digest(): string | null {
    return this.current.digest;
  }

  get site(): string | null {
    return this.current.site;
  }

  get internalAssumed(): boolean {
    return this.current.internalAssumed;
  }

  get tlsAsked(): boolean {
    return this.current.tlsAsked;
  }

  get listsAeTitles(): boolean {
    return this.current.listsAeTitles;
  }

  get selfSignedForbidden(): boolean {
    return this.current.selfSignedForbidden;
  }

  get asksIdentity(): boolean {
    return this.current.asksIdentity;
  }

  get thresholds(): Thresholds {
    return this.current.thresholds;
  }

  isInternal(address: string): boolean {
    return this.current.isInternal(address);
  }

  isDicomListener(address: string, port: number): boolean {
    return this.current.isDicomListener(address, port);
  }

  callers(aeTitle: string): readonly AeEntry[] {
    return this.current.callers(aeTitle);
  }

  answerers(aeTitle: string): readonly AeEntry[] {
    return this.current.answerers(aeTitle);
  }

  tolerance(ends: Ends, time: Micros): Tolerance | null {
    return this.current.tolerance(ends, time);
  }

  exception(detection: string, ends: Ends, time: Micros): Exception | null {
    return this.current.exception(detection, ends, time);
  }

  severity(detection: string): SeveritySetting | null {
    return this.current.severity(detection);
  }

  thresholdsOf(aeTitle: string | null, address: string): Thresholds {
    return this.current.thresholdsOf(aeTitle, address);
  }

  identityAsked(calledAe: string | null, serverAddress: string): ReadonlySet<IdentityKind> | null {
    return this.current.identityAsked(calledAe, serverAddress);
  }

  moveDestination(ends: Ends, destination: string): Destination {
    return this.current.moveDestination(ends, destination);
  }

  expectedTool(tool: string, ends: Ends, time: Micros): ExpectedTool | null {
    return this.current.expectedTool(tool, ends, time);
  }
}
