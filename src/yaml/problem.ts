/** Keys and list positions from the top of the file to what is meant. */
export type Path = readonly (string | number)[];

/** What is wrong, before its line is known. */
export interface Remark {
  readonly path: Path;
  /** One sentence without its full stop, that follows the path. */
  readonly sentence: string;
  /** True when the key itself is meant, not its value. */
  readonly key?: boolean;
}

/** What is wrong, and where: lines and columns from 1. */
export interface Problem {
  readonly line: number;
  readonly column: number;
  /** Such as `ae_titles[3].addresses[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly sentence: string;
}

/** `line 14: ae_titles[3].addresses[0]: '10.0.0.300' is not an address or network` */
export function problemInWords({ line, path, sentence }: Problem): string {
  return `line ${line}: ${path === '' ? '' : `${path}: `}${sentence}`;
}

export function pathText(path: Path): string {
  return path.map((step, i) => (typeof step === 'number' ? `[${step}]` : i === 0 ? step : `.${step}`)).join('');
}
