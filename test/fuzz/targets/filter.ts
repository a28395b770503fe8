import { compileFilter } from '../../../src/decode/filter.ts';
import { OperatorError } from '../../../src/model/errors.ts';
import { ascii } from '../../support/bytes.ts';
import { promised, type Target } from '../target.ts';

const words = 'host net port portrange src dst and or not ( ) ! && || 10.0.0.7 10.0.0.0/8 ::1 fe80::/10 104 1-65535';

/** The text of a filter → a choice of packets. */
export const filterTarget: Target = {
  name: 'filter',
  bytesMax: 400,
  seeds: () =>
    [
      'host 10.0.0.7',
      'src net 10.0.0.0/8 and dst port 104',
      'not (port 104 or portrange 2761-2762) && host ::1',
      '!(dst host fe80::1 || src port 1-5)',
      'net 0.0.0.0/0 or net ::/0',
      'host ::ffff:10.0.0.7',
    ].map(ascii),
  dictionary: words.split(' ').flatMap((word) => [ascii(word), ascii(` ${word} `)]),
  run(bytes) {
    const text = Buffer.from(bytes).toString('latin1');
    const chosen = choices(text);
    if (chosen === null) return '';
    const same = (other: string, expected: readonly boolean[], rule: string) => {
      promised(String(choices(other)) === String(expected), rule, () => JSON.stringify(other));
    };
    same(
      `not (${text})`,
      chosen.map((yes) => !yes),
      'not is the opposite',
    );
    same(`(${text}) and (${text})`, chosen, 'and with itself is itself');
    same(
      `(${text}) or not (${text})`,
      chosen.map(() => true),
      'or with the opposite is everything',
    );
    return chosen.map(Number).join('');
  },
};

const memory = Uint8Array.from({ length: 64 }, (_, i) => (i < 4 ? [10, 0, 0, 7][i] : (i * 37) & 0xff));
const packets = [
  [4, 0, 4, 104, 4000],
  [4, 4, 0, 2761, 104],
  [4, 0, 4, -1, -1],
  [6, 8, 24, 11_112, 65_535],
  [6, 24, 40, 0, 1],
] as const;

/** What a filter says of some packets; null when it is none, which must be said as an operator's error. */
function choices(text: string): boolean[] | null {
  try {
    const filter = compileFilter(text);
    return packets.map(([family, source, target, from, to]) =>
      filter.matches(family, memory, source, target, from, to),
    );
  } catch (error) {
    if (error instanceof OperatorError) return null;
    throw error;
  }
}
