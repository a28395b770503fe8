/** What stands before the message in either form of syslog. */
export interface SyslogHeader {
  /** 0 to 23, and 0 to 7 (RFC 5424 section 6.2.1). */
  readonly facility: number;
  readonly severity: number;
  /** µs since 1970. */
  readonly time: number;
  readonly host: string;
  readonly app: string;
  readonly process: number;
}

/** A word of the header: printable ASCII without spaces, at most `most` characters, `-` when nothing is left. */
export function headerWord(text: string, most: number): string {
  const word = text.replace(/[^!-~]/g, '_').slice(0, most);
  return word === '' ? '-' : word;
}

export function priority({ facility, severity }: SyslogHeader): number {
  return facility * 8 + severity;
}
