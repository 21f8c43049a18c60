import { Type } from 'typebox';
import { CommandError } from '../shared/command-error.ts';

/** Schemas shared by the routes of the REST API. */

const ErrorBody = Type.Object({
  code: Type.Integer(),
  name: Type.String(),
  message: Type.String(),
  retryable: Type.Boolean(),
});
/** Error responses of every route. */
export const ERROR_RESPONSES = { 400: ErrorBody, 401: ErrorBody, 404: ErrorBody };
export const security = [{ apiKey: [] }];

export const id = {
  call: Type.String({ description: 'The call id, as in the callbacks of the client.' }),
  user: Type.String({ description: '1 to 64 of A-Z a-z 0-9 _ . @ -' }),
};

/** @throws {CommandError} invalid-parameter */
export function required<T>(name: string, value: T | null): T {
  if (value === null) throw new CommandError('invalid-parameter', `${name} is malformed`);
  return value;
}
