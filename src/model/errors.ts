/** What an operator can meet: a code, one sentence, one remedy, an exit status. `docs/errors.md` lists them all. */
export const operatorErrors = {
  usage: { exitStatus: 1, about: 'The command line is not one this program understands.' },
  'input-missing': { exitStatus: 1, about: 'A named file or folder does not exist.' },
  'input-unreadable': { exitStatus: 1, about: 'A named file exists but cannot be read.' },
  'input-empty-folder': { exitStatus: 1, about: 'A named folder holds no captures.' },
  'nothing-readable': { exitStatus: 1, about: 'None of the inputs could be read as a capture.' },
  'policy-unreadable': { exitStatus: 1, about: 'The policy file cannot be read.' },
  'policy-invalid': { exitStatus: 1, about: 'The policy file has an error; nothing was judged.' },
  'config-unreadable': { exitStatus: 1, about: 'The configuration file cannot be read.' },
  'config-invalid': { exitStatus: 1, about: 'The configuration has an error; nothing was begun.' },
  'store-unopenable': { exitStatus: 1, about: 'The database cannot be opened or made.' },
  'store-newer': { exitStatus: 1, about: 'The database was written by a newer version of this program.' },
  'store-not-ours': { exitStatus: 1, about: 'The file is not a dicomtap database.' },
  'store-busy': { exitStatus: 1, about: 'Another process is writing to the database, or holds it locked.' },
  'store-key-mismatch': { exitStatus: 1, about: 'The database was filled under another hash key.' },
  'store-write-failed': { exitStatus: 1, about: 'The database refused a write.' },
  'hash-key-invalid': { exitStatus: 1, about: 'The hash key file cannot be used.' },
  'output-unwritable': { exitStatus: 1, about: 'An output file cannot be written.' },
  'engine-missing': { exitStatus: 1, about: 'No program that captures is installed, or none may be run.' },
  'socket-unusable': { exitStatus: 1, about: 'The socket at which a capture is handed over cannot be listened at.' },
  'sink-unknown': { exitStatus: 1, about: 'No sink of that name is configured.' },
  'sensor-missing': { exitStatus: 1, about: 'The database has nothing of a live sensor.' },
  'record-unknown': { exitStatus: 1, about: 'No record has that id.' },
} as const satisfies Record<string, { exitStatus: number; about: string }>;

export type OperatorErrorCode = keyof typeof operatorErrors;

/** Bad input of an operator: shown as `dicomtap: sentence` and `remedy`, never as a stack trace. */
export class OperatorError extends Error {
  readonly code: OperatorErrorCode;
  readonly remedy: string;

  constructor(code: OperatorErrorCode, sentence: string, remedy: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'OperatorError';
    this.code = code;
    this.remedy = remedy;
  }

  get exitStatus(): number {
    return operatorErrors[this.code].exitStatus;
  }
}
