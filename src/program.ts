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

/** What to type to run it: `npm run demo` runs in a checkout, where it is on no PATH. */
export function programCall(env: NodeJS.ProcessEnv = process.env): string {
  return env['npm_lifecycle_event'] === 'demo' ? 'npx dicomtap' : 'dicomtap';
}
