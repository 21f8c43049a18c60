import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import { asCall, callIn, type RecentsCall } from './recents-call.ts';

type Host = ReactiveControllerHost & HTMLElement;

export interface Following {
  /** The element itself, where the page has given it; or the id to look for. */
  readonly wanted: () => { readonly call: Element | null; readonly id: string };
  readonly changed: (now: CallSnapshot | null, before: CallSnapshot | null) => void;
  /** A call of this user is over, or was missed. */
  readonly over: () => void;
  /** The words or colours of the element are others. */
  readonly looksOther: () => void;
}

const OVER = ['call-end', 'call-not-connected', 'call-missed'] as const;

/**
 * Finds the `<tui-call>` that a list belongs to and tells what becomes of it, wherever in the page it
 * is put, and whenever. Owns its listeners while the host is in the document.
 */
export class CallFollower implements ReactiveController {
  call: RecentsCall | null = null;
  #known: CallSnapshot | null = null;
  #inPage: AbortController | null = null;
  #onCall: AbortController | null = null;
  readonly #looks: MutationObserver;
  readonly #host: Host;
  readonly #following: Following;

  constructor(host: Host, following: Following) {
    this.#host = host;
    this.#following = following;
    this.#looks = new MutationObserver(() => following.looksOther());
    host.addController(this);
  }

  hostConnected(): void {
    this.#inPage = new AbortController();
    const { signal } = this.#inPage;
    // Each one says so when it signs in: then it is there, however late it came.
    this.#host.getRootNode().addEventListener('state-changed', () => this.look(), { signal });
    void customElements.whenDefined('tui-call').then(() => signal.aborted || this.look());
    this.look();
  }

  hostDisconnected(): void {
    this.#inPage?.abort();
    this.#inPage = null;
    this.#follow(null);
  }

  /** Which one it is, and how it stands with it. Harmless to repeat. */
  look(): void {
    if (this.#inPage === null) return;
    const { call, id } = this.#following.wanted();
    const found = asCall(call) ?? (call ? null : callIn(this.#host.getRootNode(), id));
    if (found !== this.call) this.#follow(found);
    this.#tell();
  }

  #follow(call: RecentsCall | null): void {
    this.#onCall?.abort();
    this.#looks.disconnect();
    // Of another one nothing is known, and what was shown of the one before is not this one's.
    if (this.call) this.#tell(null);
    this.call = call;
    if (call === null) return;
    this.#onCall = new AbortController();
    const { signal } = this.#onCall;
    // On itself, too: once it is out of the document the page hears nothing more of it.
    call.addEventListener('state-changed', () => this.#tell(), { signal });
    for (const type of OVER) call.addEventListener(type, () => this.#following.over(), { signal });
    this.#looks.observe(call, { attributeFilter: ['lang', 'theme', 'dir'] });
    this.#following.looksOther();
  }

  #tell(now: CallSnapshot | null = this.call?.state ?? null): void {
    const before = this.#known;
    if (now === before) return;
    this.#known = now;
    this.#following.changed(now, before);
  }
}
