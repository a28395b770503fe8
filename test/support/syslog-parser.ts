/** What a strict reader of RFC 5424 finds; `-` is null. */
export interface Syslog5424 {
  readonly facility: number;
  readonly severity: number;
  readonly time: string | null;
  readonly host: string | null;
  readonly app: string | null;
  readonly process: string | null;
  readonly messageId: string | null;
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** That a byte order mark stood before the message. */
  readonly marked: boolean;
  readonly message: string;
}

/** By the grammar of RFC 5424 section 6; throws where it is broken. */
export function parse5424(text: string): Syslog5424 {
  const word = (most: number) => `([!-~]{1,${most}})`;
  const header = new RegExp(
    `^<(0|[1-9][0-9]{0,2})>1 (\\S+) ${word(255)} ${word(48)} ${word(128)} ${word(32)} (?=[-[])`,
  ).exec(text);
  if (header === null) throw new Error(`5424: header of ${text.slice(0, 120)}`);
  const [all, priority, time, host, app, process, messageId] = header;
  if (Number(priority) > 191) throw new Error('5424: priority');
  if (time !== '-' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$/.test(time))
    throw new Error(time);
  const { data, at } = structured(text, all.length);
  if (at < text.length && text[at] !== ' ') throw new Error('5424: no space before the message');
  const message = text.slice(at + 1);
  const marked = message.startsWith('\ufeff');
  const or = (value: string) => (value === '-' ? null : value);
  return {
    facility: Math.floor(Number(priority) / 8),
    severity: Number(priority) % 8,
    time: or(time),
    host: or(host),
    app: or(app),
    process: or(process),
    messageId: or(messageId),
    data,
    marked,
    message: marked ? message.slice(1) : message,
  };
}

function structured(text: string, from: number): { data: Record<string, Record<string, string>>; at: number } {
  const data: Record<string, Record<string, string>> = {};
  if (text[from] === '-') return { data, at: from + 1 };
  let at = from;
  while (text[at] === '[') {
    const id = /^\[([!#-<>-\\^-~]{1,32})/.exec(text.slice(at));
    if (id === null || id[1] in data) throw new Error(`5424: element at ${text.slice(at, at + 40)}`);
    at += id[0].length;
    data[id[1]] = {};
    while (text[at] === ' ') {
      const name = /^ ([!#-<>-\\^-~]{1,32})="/.exec(text.slice(at));
      if (name === null || name[1] in data[id[1]]) throw new Error(`5424: parameter at ${text.slice(at, at + 40)}`);
      at += name[0].length;
      let value = '';
      while (text[at] !== '"') {
        if (text[at] === undefined || text[at] === ']') throw new Error('5424: a bare bracket or no end');
        if (text[at] === '\\' && /["\\\]]/.test(text[at + 1])) at++;
        else if (text[at] === '\\') throw new Error('5424: a bare backslash');
        value += text[at++];
      }
      at++;
      data[id[1]][name[1]] = value;
    }
    if (text[at] !== ']') throw new Error(`5424: element does not end at ${text.slice(at, at + 40)}`);
    at++;
  }
  return { data, at };
}

/** What a strict reader of RFC 3164 finds. */
export interface Syslog3164 {
  readonly facility: number;
  readonly severity: number;
  readonly time: string;
  readonly host: string;
  readonly tag: string;
  readonly process: string;
  readonly message: string;
}

export function parse3164(text: string): Syslog3164 {
  const parts =
    /^<(\d{1,3})>((?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?: [1-9]|[12]\d|3[01]) \d\d:\d\d:\d\d) (\S+) ([\w.-]{1,32})\[(\d+)\]: (.*)$/u.exec(
      text,
    );
  if (parts === null) throw new Error(`3164: ${text.slice(0, 120)}`);
  const [, priority, time, host, tag, process, message] = parts;
  return {
    facility: Math.floor(Number(priority) / 8),
    severity: Number(priority) % 8,
    time,
    host,
    tag,
    process,
    message,
  };
}
