import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import {
  CALL_CONTEXT,
  ContextRequestEvent,
  type CallContextValue,
  type ViewSettings,
} from './call-context.ts';
import type { IconName } from './customisation.ts';
import type { Icon } from './icons.ts';
import { coreMessages, type CoreMessages } from '../messages/core.ts';

type Host = ReactiveControllerHost & HTMLElement;
type Selector<T> = (state: CallSnapshot, view: ViewSettings) => T;

/**
 * Gives a component one slice of the call, and updates the component only when that slice changes. Owns the
 * subscription while the host is in the document.
 */
export class CallController<T> implements ReactiveController {
  /** undefined only outside of a `<tui-call>`. */
  value: T | undefined;
  context: CallContextValue | undefined;
  #messages: CoreMessages = coreMessages;
  #unsubscribe: (() => void) | undefined;
  readonly #host: Host;
  readonly #selector: Selector<T>;

  constructor(host: Host, selector: Selector<T>) {
    this.#host = host;
    this.#selector = selector;
    host.addController(this);
  }

  get messages(): CoreMessages {
    return this.#messages;
  }

  /** The page's icon of this name, or else the built-in one. */
  icon(name: IconName, builtIn: Icon): Icon {
    return this.context?.view.custom.icons?.(name) ?? builtIn;
  }

  hostConnected(): void {
    const onContext = (context: CallContextValue): void => {
      this.context = context;
      this.#unsubscribe = context.subscribe(() => this.#select() && this.#host.requestUpdate());
      if (this.#select()) this.#host.requestUpdate();
    };
    this.#host.dispatchEvent(new ContextRequestEvent(CALL_CONTEXT, onContext));
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.context = undefined;
  }

  /** A slice may depend on the host's own properties: selects it again before each rendering. */
  hostUpdate(): void {
    this.#select();
  }

  #select(): boolean {
    if (!this.context) return false;
    const { state, view } = this.context;
    const next = this.#selector(state, view);
    const changed = !sameFields(this.value, next) || this.#messages !== view.messages;
    this.value = next;
    this.#messages = view.messages;
    return changed;
  }
}

/** Equal, or records (arrays) of equal values: a selector may return several fields. */
export function sameFields(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], i) => key === right[i]?.[0] && Object.is(value, right[i]?.[1]))
  );
}
