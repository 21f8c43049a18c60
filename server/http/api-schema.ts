import { Type } from 'typebox';
import { CommandError } from '../shared/command-error.ts';

/** What the routes for back ends share. */

const ErrorBody = Type.Object({
  code: Type.Integer(),
  name: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean(),
});
/** What each of the routes may answer beside its own. */
export const ERROR_RESPONSES = { 400: ErrorBody, 401: ErrorBody, 404: ErrorBody };
export const security = [{ apiKey: [] }];

export const id = {
  call: Type.String({ description: 'As every callback tells it.' }),
  user: Type.String({ description: '1 to 64 of A-Z a-z 0-9 _ . @ -' }),
};

/** @throws {CommandError} invalid-parameter */
export function required<T>(name: string, value: T | null): T {
  if (value === null) throw new CommandError('invalid-parameter', `${name} is malformed`);
  return value;
}
