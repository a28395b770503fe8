import { OperatorError } from '../model/errors.ts';
import { type Check, error, type Line, ok, warning } from './check.ts';

export const policy: Check = {
  slug: 'policy',
  look: async ({ settings }) => {
    const { policy: path } = settings;
    if (path === null) {
      const remedy = 'Let dicomtap learn write one from what was seen, edit it, and name it under policy:';
      return [warning(null, 'there is none: detections that need one stay silent', remedy)];
    }
    return judged(path);
  },
};

async function judged(path: string): Promise<Line[]> {
  const { readPolicy } = await import('../policy/load.ts');
  try {
    const { problems, warnings } = await readPolicy(path, Date.now() * 1000);
    const remedy = `dicomtap check ${path} names each line`;
    if (problems.length > 0) {
      const [{ line, sentence }] = problems;
      return [error(path, `${problems.length} of its lines cannot be used, the first is ${line}: ${sentence}`, remedy)];
    }
    if (warnings.length > 0) return [warning(path, `valid, with ${warnings.length} doubts`, remedy)];
    return [ok(path, 'valid')];
  } catch (failure) {
    if (failure instanceof OperatorError) return [error(path, failure.message, failure.remedy)];
    throw failure;
  }
}
