import type { Severity } from '../../../model/records.ts';

/** One severity in the words and numbers of each format. */
export interface SeverityRow {
  /** RFC 5424 section 6.2.1, and its keyword, which is ECS `log.level`. */
  readonly syslog: number;
  readonly level: string;
  /** CEF: 0 to 3 low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high. */
  readonly cef: number;
  /** LEEF: 1 to 10. */
  readonly leef: number;
  /** ECS `event.severity`: the scores of Elastic's own rules. */
  readonly ecs: number;
  /** Suricata: 1 is the gravest, and 3 or more is low. */
  readonly eve: number;
  /** EventOutcomeIndicator, PS3.15 A.5.3.11: 0 informative, 4 minor, 8 serious, 12 major. */
  readonly audit: 0 | 4 | 8 | 12;
}

export const severityTable: Readonly<Record<Severity, SeverityRow>> = {
  info: { syslog: 6, level: 'info', cef: 1, leef: 1, ecs: 1, eve: 4, audit: 0 },
  low: { syslog: 5, level: 'notice', cef: 3, leef: 3, ecs: 21, eve: 3, audit: 4 },
  medium: { syslog: 4, level: 'warning', cef: 5, leef: 5, ecs: 47, eve: 2, audit: 8 },
  high: { syslog: 3, level: 'err', cef: 8, leef: 8, ecs: 73, eve: 1, audit: 12 },
  critical: { syslog: 2, level: 'crit', cef: 10, leef: 10, ecs: 99, eve: 1, audit: 12 },
};
