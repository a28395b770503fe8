// Proves that an operator's error carries its code, its remedy and the exit status that scripts depend on.
import { expect, it } from 'vitest';
import { OperatorError, type OperatorErrorCode, operatorErrors } from '../../src/model/errors.ts';

const codes = Object.keys(operatorErrors) as OperatorErrorCode[];

it.each(codes)('%s', (code) => {
  const cause = new Error('below');
  const error = new OperatorError(code, 'What happened.', 'What to do.', cause);
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: 'OperatorError', code, message: 'What happened.', remedy: 'What to do.', cause });
  expect(error.exitStatus).toBe(operatorErrors[code].exitStatus);
});

it.each(codes)(
  '%s has a kebab-case name, one sentence, and status 1: usage, policy, store, or nothing readable',
  (code) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(operatorErrors[code].about).toMatch(/^[A-Z][^.!?]*\.$/);
    expect(operatorErrors[code].exitStatus).toBe(1);
  },
);
