/** Why a file with text of an operator cannot be read, in words where there are some, else the system's code. */
export function readFailure(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return words[code] ?? (code === '' ? String(error) : code);
}

const words: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
};
