import { readFileSync } from 'node:fs';

/** Version of the program, of package.json. */
export function programVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** The words after the program's name, as they were given. */
export function programArguments(): string[] {
  return process.argv.slice(2);
}
