import type { CallCommands } from '../components/tui-call/session/call-commands.ts';
import { TuiCall } from '../components/tui-call/tui-call.ts';

type Command = (...args: never) => unknown;
type OwnName = Exclude<keyof TuiCall, keyof CallCommands | 'state' | 'ready'>;

/**
 * The properties of `<tui-call>` that a component sets. A property that is absent, `null` or `undefined` has its
 * default.
 */
export type TuiCallValues = {
  readonly [Name in OwnName as TuiCall[Name] extends Command ? never : Name]?:
    TuiCall[Name] | null | undefined;
};

type ValueName = keyof TuiCallValues;

/** The names of these properties. Lit keeps private ones in the same table. */
export const VALUE_NAMES = [...TuiCall.elementProperties]
  .filter(([, options]) => !options.state)
  .map(([name]) => name as ValueName);

/**
 * Sets properties of one element. It sets only what the program changed, so that it does not undo what the user
 * changed in the element.
 */
export class ValueWriter {
  readonly #given = new Map<ValueName, unknown>();
  readonly #defaults = new Map<ValueName, unknown>();

  write(element: TuiCall, values: TuiCallValues): void {
    for (const name of VALUE_NAMES) {
      const value: unknown = values[name] ?? undefined;
      if (Object.is(value, this.#given.get(name))) continue;
      if (!this.#defaults.has(name)) this.#defaults.set(name, element[name]);
      this.#given.set(name, value);
      Reflect.set(element, name, converted(value, this.#defaults.get(name)));
    }
  }
}

/** Templates write booleans as text, too: `mute-ringtone`, `mute-ringtone="false"`. */
function converted(value: unknown, defaultValue: unknown): unknown {
  if (value === undefined) return defaultValue;
  return typeof defaultValue === 'boolean' && typeof value === 'string' ? value !== 'false' : value;
}
