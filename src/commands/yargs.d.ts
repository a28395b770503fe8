/** As much of yargs 18 as is used here; it brings no types of its own. */
declare module 'yargs' {
  export interface Parser {
    scriptName(name: string): Parser;
    locale(locale: string): Parser;
    wrap(columns: number): Parser;
    parserConfiguration(configuration: Readonly<Record<string, boolean>>): Parser;
    command(command: string, describe: string, builder: (parser: Parser) => Parser): Parser;
    positional(name: string, options: Readonly<Record<string, unknown>>): Parser;
    options(options: Readonly<Record<string, object>>): Parser;
    example(command: string, describe: string): Parser;
    version(version: false): Parser;
    help(): Parser;
    alias(name: string, alias: string): Parser;
    fail(told: (message: string) => never): Parser;
    exitProcess(exit: boolean): Parser;
    strictOptions(): Parser;
    parseAsync(
      words: readonly string[],
      context: object,
      callback: (error: Error | null | undefined, argv: Record<string, unknown>, output: string) => void,
    ): Promise<Record<string, unknown>>;
  }
  // biome-ignore lint/style/noDefaultExport: this is how yargs exports itself
  export default function yargs(): Parser;
}
