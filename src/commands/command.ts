/** A command of the program: what it is called, what it takes, and what it does. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly describe: string;
  readonly positional?: Positional;
  readonly options: Readonly<Record<string, Option>>;
  /** Lines such as `dicomtap replay evidence/ --policy site.yaml`, for `--help`. */
  readonly examples?: readonly string[];
  /** Does the work and returns the exit status. Throws OperatorError for bad input. */
  readonly run: (argv: Record<string, unknown>, io: Io) => Promise<number>;
}

/** What stands on the command line without a name: argv holds it under `name`, as a list when `many`. */
export interface Positional {
  readonly name: string;
  readonly describe: string;
  readonly many: boolean;
  readonly required: boolean;
}

/** An option, as yargs takes it. */
export interface Option {
  readonly type: 'string' | 'boolean' | 'number';
  readonly describe: string;
  readonly requiresArg?: boolean;
  readonly choices?: readonly string[];
  /** May be given more than once: argv then holds a list. */
  readonly array?: boolean;
  /** The same, with one value each time; argv always holds a list. */
  readonly many?: boolean;
  /** Not shown by --help. */
  readonly hidden?: boolean;
  readonly alias?: string;
}

/** Where a command writes. Data goes to `stdout`, everything else to `stderr`. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Width of standard output, 80 where unknown. */
  readonly columns: number;
  /** Height of standard output where it is a terminal. */
  readonly rows?: number;
  /** Whether standard output may be coloured: a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
  /** Whether standard error is a terminal: progress is shown there only. */
  readonly progress: boolean;
}

/** For tests, and for small machines. */
export const limitOption: Option = {
  type: 'string',
  requiresArg: true,
  many: true,
  describe: 'NAME=VALUE: a lower bound than in docs/limits.md; may be repeated; or DICOMTAP_LIMITS',
};

/** For the commands that run the engine. */
export const workersOption: Option = {
  type: 'string',
  requiresArg: true,
  describe: 'Threads that share the connections (default: 1, or DICOMTAP_WORKERS)',
};

/** The options that every command which opens the store has. */
export const databaseOption: Option = {
  type: 'string',
  requiresArg: true,
  describe: 'The SQLite file (default: ./dicomtap.db, or DICOMTAP_DB)',
};

/** For every command that reads the configuration file. */
export const configOption: Option = {
  type: 'string',
  requiresArg: true,
  describe: 'Configuration file (default: /etc/dicomtap/dicomtap.yaml, or DICOMTAP_CONFIG)',
};
