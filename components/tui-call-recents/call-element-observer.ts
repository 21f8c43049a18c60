import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { toCallElement, findCallElement, type CallElement } from './call-element.ts';

type Host = ReactiveControllerHost & HTMLElement;

export interface CallElementObserverOptions {
  /** The element, if the page has set it; or the id to search for. */
  readonly wanted: () => { readonly call: Element | null; readonly id: string };
  readonly changed: (now: CallSnapshot | null, before: CallSnapshot | null) => void;
  /** A call of this user has ended or was missed. */
  readonly callEnded: () => void;
  /** The language or the theme of the element has changed. */
  readonly appearanceChanged: () => void;
}

const END_EVENTS = ['call-end', 'call-not-connected', 'call-missed'] as const;

/**
 * Finds the `<tui-call>` of a list and reports its changes, also if the page inserts it later. Owns its listeners
 * while the host is in the document.
 */
export class CallElementObserver implements ReactiveController {
  call: CallElement | null = null;
  #lastState: CallSnapshot | null = null;
  #inPage: AbortController | null = null;
  #onCall: AbortController | null = null;
  readonly #appearanceObserver: MutationObserver;
  readonly #host: Host;
  readonly #options: CallElementObserverOptions;

  constructor(host: Host, options: CallElementObserverOptions) {
    this.#host = host;
    this.#options = options;
    this.#appearanceObserver = new MutationObserver(() => options.appearanceChanged());
    host.addController(this);
  }

  hostConnected(): void {
    this.#inPage = new AbortController();
    const { signal } = this.#inPage;
    // Every element dispatches an event when it signs in, also one that is inserted late.
    this.#host.getRootNode().addEventListener('state-changed', () => this.refresh(), { signal });
    void customElements.whenDefined('tui-call').then(() => signal.aborted || this.refresh());
    this.refresh();
  }

  hostDisconnected(): void {
    this.#inPage?.abort();
    this.#inPage = null;
    this.#observe(null);
  }

  /** Finds the element and reads its state. Idempotent. */
  refresh(): void {
    if (this.#inPage === null) return;
    const { call, id } = this.#options.wanted();
    const found =
      toCallElement(call) ?? (call ? null : findCallElement(this.#host.getRootNode(), id));
    if (found !== this.call) this.#observe(found);
    this.#notify();
  }

  #observe(call: CallElement | null): void {
    this.#onCall?.abort();
    this.#appearanceObserver.disconnect();
    // The state of another element is unknown, and the list of the previous one does not belong to it.
    if (this.call) this.#notify(null);
    this.call = call;
    if (call === null) return;
    this.#onCall = new AbortController();
    const { signal } = this.#onCall;
    // Also on the element itself: outside of the document its events do not reach the page.
    call.addEventListener('state-changed', () => this.#notify(), { signal });
    for (const type of END_EVENTS)
      call.addEventListener(type, () => this.#options.callEnded(), { signal });
    this.#appearanceObserver.observe(call, { attributeFilter: ['lang', 'theme', 'dir'] });
    this.#options.appearanceChanged();
  }

  #notify(now: CallSnapshot | null = this.call?.state ?? null): void {
    const before = this.#lastState;
    if (now === before) return;
    this.#lastState = now;
    this.#options.changed(now, before);
  }
}
