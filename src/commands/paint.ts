import type { Severity } from '../model/records.ts';

/** Colours for a terminal, or none: then texts pass through. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly severity: (severity: Severity, text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** SGR codes, ECMA-48 section 8.3.117; only the eight basic colours, which follow the reader's own theme. */
const severityCodes: Readonly<Record<Severity, string>> = {
  critical: '1;37;41',
  high: '1;31',
  medium: '33',
  low: '36',
  info: '2',
};

export function makePaint(colour: boolean): Paint {
  const code = (sgr: string, text: string): string => (colour ? `\x1b[${sgr}m${text}\x1b[0m` : text);
  return {
    bold: (text) => code('1', text),
    dim: (text) => code('2', text),
    severity: (severity, text) => code(severityCodes[severity], text),
    good: (text) => code('32', text),
    warn: (text) => code('33', text),
  };
}
