import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface SourceFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly text: string;
  /** The text with comments, strings and regular expressions blanked; lines stay where they are. */
  readonly code: string;
  /** What it imports or passes on: paths from the root, or names of packages. */
  readonly imports: readonly string[];
}

/** Every TypeScript file below a folder of the root, in order of path. */
export function sourceFiles(folder: string): SourceFile[] {
  return filesBelow(folder)
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
    .map((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return { path, text, code: blanked(text, true), imports: importsOf(path, text) };
    });
}

/** Every file below a folder of the root, in order of path. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

const importForms = [
  /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'/gm,
  /^import\s+'([^']+)'/gm,
  /\bimport\(\s*'([^']+)'/g,
];

function importsOf(path: string, text: string): string[] {
  const plain = blanked(text, false);
  const specifiers = importForms.flatMap((form) => Array.from(plain.matchAll(form), (match) => match[1]));
  return specifiers.map((specifier) =>
    specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier,
  );
}

/** What may stand before a slash that begins a regular expression rather than divides. */
const beforeExpression = /(?:^|[([{,;=:!&|?<>+*%~-]|\b(?:return|case|typeof|in|of))\s*$/;

/** The text with comments blanked, and strings and regular expressions too where asked. */
function blanked(text: string, stringsToo: boolean): string {
  let out = '';
  let at = 0;
  while (at < text.length) {
    const end = tokenEnd(text, at, out);
    if (end === at) {
      out += text[at++];
      continue;
    }
    const token = text.slice(at, end);
    const isComment = token.startsWith('//') || token.startsWith('/*');
    out += isComment || stringsToo ? token.replace(/[^\n]/g, ' ') : token;
    at = end;
  }
  return out;
}

/** Where the comment, string or regular expression that begins at `at` ends; `at` when none begins there. */
function tokenEnd(text: string, at: number, before: string): number {
  if (text.startsWith('//', at)) return endOr(text.indexOf('\n', at), text.length);
  if (text.startsWith('/*', at)) return endOr(text.indexOf('*/', at) + 2, text.length);
  const first = text[at];
  if (first === "'" || first === '"' || first === '`') return quotedEnd(text, at, first);
  if (first === '/' && beforeExpression.test(before.slice(-40))) return quotedEnd(text, at, '/');
  return at;
}

/** After the closing quote; a slash or bracket within a class of a regular expression does not close it. */
function quotedEnd(text: string, at: number, quote: string): number {
  let inClass = false;
  for (let i = at + 1; i < text.length; i++) {
    const character = text[i];
    if (character === '\\') i++;
    else if (quote === '/' && character === '[') inClass = true;
    else if (quote === '/' && character === ']') inClass = false;
    else if (quote === '`' && text.startsWith('${', i)) i = expressionEnd(text, i + 2);
    else if (character === quote && !inClass) return i + 1;
  }
  return text.length;
}

/** The brace that closes an expression within a template. */
function expressionEnd(text: string, at: number): number {
  let depth = 1;
  for (let i = at; i < text.length; i++) {
    const character = text[i];
    if (character === "'" || character === '"' || character === '`') i = quotedEnd(text, i, character) - 1;
    else if (character === '{') depth++;
    else if (character === '}' && --depth === 0) return i;
  }
  return text.length;
}

function endOr(end: number, otherwise: number): number {
  return end < 2 ? otherwise : end;
}
