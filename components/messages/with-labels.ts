import type { CoreMessages } from './core.ts';
import type { Labels } from './en-effects.ts';

/** The messages with the page's words in place of theirs. A word of another kind than the message has no effect. */
export function withLabels<M extends CoreMessages>(messages: M, labels: Labels): M {
  return merged(messages, labels) as M;
}

function merged(messages: object, labels: object): object {
  const known = Object.entries(messages).map(([key, message]: [string, unknown]) => {
    const label: unknown = Object.hasOwn(labels, key) ? Reflect.get(labels, key) : undefined;
    return [key, isSameKind(message, label) ? wordOf(message, label) : message] as const;
  });
  return Object.fromEntries(known);
}

function isSameKind(message: unknown, label: unknown): boolean {
  return (
    typeof label === typeof message &&
    label !== null &&
    Array.isArray(label) === Array.isArray(message)
  );
}

function wordOf(message: unknown, label: unknown): unknown {
  if (typeof label === 'string') return label;
  if (typeof label === 'function')
    return (...values: unknown[]) => String(Reflect.apply(label, undefined, values));
  if (Array.isArray(label))
    return (message as string[]).map((text, i) => (typeof label[i] === 'string' ? label[i] : text));
  return merged(message as object, label as object);
}
