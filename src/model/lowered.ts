import { OperatorError } from './errors.ts';
import { type Limits, limits } from './limits.ts';

/** Values below which a limit would leave nothing to work with; 1 for those that are not named. */
const least: Partial<Limits> = {
  packetBytesMax: 64,
  valueBytesMax: 16,
  identifyBytesMax: 16,
  associatePduBytesMax: 128,
  resyncBytesMax: 64,
};

/** A limit lowered: `NAME=VALUE`, from its least value to its default. Several at once too, with commas between. */
export function loweredLimits(settings: readonly string[]): Partial<Limits> {
  const lowered: Record<string, number> = {};
  for (const setting of settings.flatMap((one) => one.split(','))) {
    const [, name, text] = /^\s*(\w+)\s*=\s*(\d+)\s*$/.exec(setting) ?? [];
    if (name === undefined) throw mistake(`"${setting.trim()}" is no limit and its value`, 'Write --limit NAME=VALUE.');
    if (!isLimit(name)) throw mistake(`"${name}" is not a limit`, 'docs/limits.md lists them.');
    const value = Number(text);
    const [from, to] = rangeOf(name);
    if (value < from || value > to) {
      throw mistake(`${name}=${text} is out of its range`, `It can be lowered from ${to} down to ${from}.`);
    }
    lowered[name] = value;
  }
  return lowered;
}

/** From the least value of a limit to its default. */
export function rangeOf(name: keyof Limits): readonly [from: number, to: number] {
  return [least[name] ?? 1, limits[name]];
}

/** Lowered limits in words, such as `connectionsMax 1000 (of 1500000)`. */
export function limitsInWords(lowered: Partial<Limits>): string[] {
  return (Object.keys(lowered) as (keyof Limits)[]).map((name) => `${name} ${lowered[name]} (of ${limits[name]})`);
}

function isLimit(name: string): name is keyof Limits {
  return Object.hasOwn(limits, name);
}

function mistake(sentence: string, remedy: string): OperatorError {
  return new OperatorError('usage', sentence, remedy);
}
