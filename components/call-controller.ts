import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CallSnapshot } from '../src/engine/snapshot.ts';
import {
  CALL_SCENE,
  ContextRequestEvent,
  type CallScene,
  type ViewSettings,
} from './call-context.ts';
import { enFirst, type FirstWords } from './strings/en-first.ts';

type Host = ReactiveControllerHost & HTMLElement;
type Select<T> = (state: CallSnapshot, view: ViewSettings) => T;

/**
 * Gives a component one slice of the call and draws it again when that slice changes, not before.
 * Owns the subscription while the host is in the document.
 */
export class CallController<T> implements ReactiveController {
  /** undefined only where no `<tui-call>` is around. */
  value: T | undefined;
  scene: CallScene | undefined;
  #words: FirstWords = enFirst;
  #unsubscribe: (() => void) | undefined;
  readonly #host: Host;
  readonly #select: Select<T>;

  constructor(host: Host, select: Select<T>) {
    this.#host = host;
    this.#select = select;
    host.addController(this);
  }

  get words(): FirstWords {
    return this.#words;
  }

  hostConnected(): void {
    const found = (scene: CallScene): void => {
      this.scene = scene;
      this.#unsubscribe = scene.subscribe(() => this.#look() && this.#host.requestUpdate());
      if (this.#look()) this.#host.requestUpdate();
    };
    this.#host.dispatchEvent(new ContextRequestEvent(CALL_SCENE, found));
  }

  hostDisconnected(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.scene = undefined;
  }

  /** A slice may depend on the host's own properties: look again before each drawing. */
  hostUpdate(): void {
    this.#look();
  }

  #look(): boolean {
    if (!this.scene) return false;
    const { state, view } = this.scene;
    const next = this.#select(state, view);
    const changed = !same(this.value, next) || this.#words !== view.words;
    this.value = next;
    this.#words = view.words;
    return changed;
  }
}

/** Equal, or records (arrays) of the same things: selectors may gather a few fields. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    left.length === right.length &&
    left.every(([key, value], i) => key === right[i]?.[0] && Object.is(value, right[i]?.[1]))
  );
}
