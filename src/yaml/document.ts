import type { Document, LineCounter, Node, Pair, Scalar } from 'yaml';
import { type Path, type Problem, pathText, type Remark } from './problem.ts';

/** A text that is YAML: its data, and the place of each part of it. */
export interface YamlDocument {
  readonly data: unknown;
  /** Where what a remark means stands. */
  readonly located: (remark: Remark) => Problem;
  /** Whether the value of a key at the top is a block that begins with `|`; true also where there is no such key. */
  readonly isBlock: (key: string) => boolean;
}

/**
 * Reads a file of the operator's. Never throws for anything the text says; a text that says nothing has the data null.
 * Loads the YAML library: import this late.
 */
export async function readYaml(text: string): Promise<YamlDocument | { readonly problems: readonly Problem[] }> {
  const yaml = await import('yaml');
  const lines = new yaml.LineCounter();
  try {
    const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
    const errors = [
      ...document.errors.map(({ message, pos }) => ({ message, offset: pos[0] })),
      ...loose(document, yaml),
    ];
    if (errors.length > 0) return { problems: errors.slice(0, YAML_ERRORS_MAX).map((each) => notYaml(each, lines)) };
    const data: unknown = document.toJS({ maxAliasCount: ALIASES_MAX }) ?? null;
    return {
      data,
      located: (remark) => located(remark, document, lines, yaml),
      isBlock: (key) => {
        const node = document.get(key, true);
        return !yaml.isScalar(node) || node.type === 'BLOCK_LITERAL';
      },
    };
  } catch (error) {
    // The library throws for too many aliases (ReferenceError) and for nesting deeper than the stack (RangeError).
    if (error instanceof ReferenceError) return wholeFile('the file has more aliases than a file like this needs');
    if (error instanceof RangeError) return wholeFile(TOO_DEEP);
    throw error;
  }
}

/** A problem of the file as a whole. */
export function wholeFile(sentence: string): { problems: Problem[] } {
  return { problems: [{ line: 1, column: 1, path: '', sentence }] };
}

/** Aliases expanded in one file: a policy needs a few, a YAML bomb millions. */
const ALIASES_MAX = 1000;

/** One slip makes the library complain of all that follows. */
const YAML_ERRORS_MAX = 3;
const TOO_DEEP = 'lists or mappings are nested too deeply';

type Yaml = typeof import('yaml');

interface Mistake {
  readonly message: string;
  readonly offset: number;
}

function notYaml({ message, offset }: Mistake, lines: LineCounter): Problem {
  const { line, col } = lines.linePos(offset);
  const deep = message.startsWith('Maximum call stack');
  return { line, column: col, path: '', sentence: deep ? TOO_DEEP : `not YAML: ${message}` };
}

/**
 * Aliases without their anchor, which the library finds too late to say where. One walk: resolving each is quadratic.
 */
function loose(document: Document, yaml: Yaml): Mistake[] {
  const found: Mistake[] = [];
  const anchors = new Set<string>();
  yaml.visit(document, {
    Value: (_, { anchor }) => {
      if (anchor !== undefined) anchors.add(anchor);
    },
    Alias: (_, { source, range }) => {
      if (!anchors.has(source)) found.push({ message: `alias *${source} has no anchor`, offset: range?.[0] ?? 0 });
    },
  });
  return found;
}

function located(remark: Remark, document: Document, lines: LineCounter, yaml: Yaml): Problem {
  const { line, col } = lines.linePos(offsetOf(remark, document, yaml));
  return { line, column: col, path: pathText(remark.path), sentence: remark.sentence };
}

/** Of the node at the path, or the nearest one above it that exists; of its key when that is meant. */
function offsetOf({ path, key }: Remark, document: Document, yaml: Yaml): number {
  let node: unknown = document.contents;
  let offset = (node as Node | null)?.range?.[0] ?? 0;
  for (const [i, step] of path.entries()) {
    if (yaml.isAlias(node)) node = node.resolve(document);
    const next = childOf(node, step, yaml);
    if (next === null) break;
    const last = i === path.length - 1;
    node = last && key === true ? next.key : next.value;
    offset = (node as Node | null)?.range?.[0] ?? (next.key as Node | null)?.range?.[0] ?? offset;
  }
  return offset;
}

function childOf(node: unknown, step: Path[number], yaml: Yaml): { key: unknown; value: unknown } | null {
  if (yaml.isSeq(node)) return typeof step === 'number' ? { key: node.items[step], value: node.items[step] } : null;
  if (!yaml.isMap(node)) return null;
  const pair = (node.items as Pair<Scalar, unknown>[]).find(({ key }) => String(key.value) === String(step));
  return pair === undefined ? null : { key: pair.key, value: pair.value };
}
