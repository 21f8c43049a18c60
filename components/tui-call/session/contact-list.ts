import { CallError } from '../../../src/engine/api/call-error.ts';
import type { Contact } from '../../shared/call-context.ts';

/**
 * The contacts of a value that a page or a framework has set; null for "no list". Leaves out what is no contact, so
 * that no screen fails on it, and reports that as `call-error`.
 */
export function contactList(
  value: unknown,
  report: (error: CallError) => void,
): readonly Contact[] | null {
  if (value == null) return null;
  const given: readonly unknown[] | null = Array.isArray(value) ? value : null;
  if (given?.every(isContact)) return given;
  const text = 'contacts has to be a list of { userId, name, avatar? }';
  report(new CallError('invalid-parameter', text));
  return given && given.filter(isContact);
}

function isContact(value: unknown): value is Contact {
  const { userId, name } = (value ?? {}) as Partial<Contact>;
  return typeof userId === 'string' && typeof name === 'string';
}
