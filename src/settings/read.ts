import { readYaml } from '../yaml/document.ts';
import { type Problem, problemInWords, type Remark } from '../yaml/problem.ts';
import type { SettingsContent } from './schema.ts';
import { type Setting, settingsTable } from './settings-table.ts';

export interface SettingsReading {
  /** Null when there are problems or mistakes. */
  readonly content: SettingsContent | null;
  /** What is wrong in the file. */
  readonly problems: readonly Problem[];
  /** What is wrong elsewhere, such as `DICOMTAP_RING_MIB: must be a number`. */
  readonly mistakes: readonly string[];
}

/**
 * Settings of a file's text (null: there is none), of the environment, and of a command line (by names of options, in
 * camelCase), each before the one before it. Never throws for anything they say. Limits of environment and command line
 * are not looked at.
 */
export async function readSettings(
  text: string | null,
  env: Readonly<Record<string, string | undefined>>,
  argv: Readonly<Record<string, unknown>>,
): Promise<SettingsReading> {
  const source = await readYaml(text ?? '');
  if ('problems' in source) return { content: null, problems: source.problems, mistakes: [] };
  const given = await givenElsewhere(env, argv);
  const data = overlaid(source.data ?? {}, given);
  const { settingsSchema } = await import('./schema.ts');
  const form = settingsSchema.safeParse(data, { reportInput: true });
  if (form.success) return { content: form.data, problems: [], mistakes: [] };
  const { remarksOf } = await import('../yaml/issues.ts');
  const problems: Problem[] = [];
  const mistakes = new Set<string>();
  for (const remark of form.error.issues.slice(0, REMARKS_MAX).flatMap(remarksOf)) {
    const origin = given.find(({ path }) => path.every((step, i) => remark.path[i] === step));
    if (origin === undefined) problems.push(source.located(remark));
    else mistakes.add(`${origin.name}: ${below(remark, origin.path)}${remark.sentence}`);
  }
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  return { content: null, problems, mistakes: [...mistakes] };
}

/** Everything that is wrong, one sentence each. */
export function inWords(file: string | null, problems: readonly Problem[], mistakes: readonly string[]): string[] {
  return [...problems.map((each) => `${file}: ${problemInWords(each)}`), ...mistakes];
}

const REMARKS_MAX = 100;

interface Given {
  /** The variable or option. */
  readonly name: string;
  readonly path: readonly string[];
  readonly value: unknown;
}

/** What the command line gives comes after what the environment does. */
async function givenElsewhere(
  env: Readonly<Record<string, string | undefined>>,
  argv: Readonly<Record<string, unknown>>,
): Promise<Given[]> {
  const given = new Map<string, Given>();
  for (const row of settingsTable) {
    if (row.path[0] === 'limits') continue;
    const { path, variable, option } = row;
    const text = env[variable] ?? '';
    if (text !== '') given.set(variable, { name: variable, path, value: await readAs(text, row) });
    const value = option === null ? undefined : argv[camelCase(option)];
    if (value === undefined || option === null) continue;
    const read = typeof value === 'string' ? await readAs(value, row) : value;
    given.set(variable, { name: `--${option}`, path, value: read });
  }
  return [...given.values()];
}

async function readAs(text: string, { form, path }: Setting): Promise<unknown> {
  if (form === 'text') return text;
  if (form === 'mib') return mebibytes(text);
  if (form === 'number') return /^\d+$/.test(text) ? Number(text) : text;
  // Names with commas between are no YAML that would mean a list.
  if (path[0] === 'interfaces' && !/[[{]/.test(text)) return text.split(',').map((name) => name.trim());
  const source = await readYaml(text);
  return 'problems' in source ? text : source.data;
}

/** `512`, `512 MiB`, `20GiB`, `1 TiB`; any other text as it is. */
function mebibytes(text: string): number | string {
  const [, number, unit = 'M'] = /^(\d{1,9}) ?(?:([MGT])(?:iB)?)?$/i.exec(text) ?? [];
  if (number === undefined) return text;
  return Number(number) * { M: 1, G: 1024, T: 1024 ** 2 }[unit.toUpperCase() as 'M' | 'G' | 'T'];
}

/** The file's data with what is given elsewhere in it; where the file has no mapping in its way. */
function overlaid(data: unknown, given: readonly Given[]): unknown {
  if (!isMapping(data)) return data;
  const copy: Record<string, unknown> = { ...data };
  for (const { path, value } of given) {
    let at = copy;
    for (const step of path.slice(0, -1)) {
      const next = at[step] ?? {};
      if (!isMapping(next)) break;
      const inner = { ...next };
      at[step] = inner;
      at = inner;
    }
    at[path.at(-1) as string] = value;
  }
  return copy;
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What of a remark's path lies below the place that a variable or option fills. */
function below({ path }: Remark, origin: readonly string[]): string {
  const rest = path.slice(origin.length);
  return rest.length === 0 ? '' : `${rest.join('.')}: `;
}

function camelCase(option: string): string {
  return option.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
