import type { MediaEffects } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { CoreMessages } from '../messages/core.ts';

/** Which picture a tile wants. */
export interface VideoSource {
  readonly userId: string;
  readonly source: 'camera' | 'screen';
}

/** A user whom the page offers for invitations into a call. */
export interface Contact {
  readonly userId: string;
  readonly name: string;
  /** Address of a picture; only https is loaded. */
  readonly avatar?: string;
}

/** How the page wants the call to look: what is not part of the call itself. One immutable value. */
export interface ViewSettings {
  /** English comes in two parts; the rest is fetched with the screens that need it. */
  readonly messages: CoreMessages;
  readonly layout: 'auto' | 'grid' | 'speaker';
  readonly fillMode: 'cover' | 'contain';
  /** Users that can be invited into a call; null: the page offers none. */
  readonly contacts: readonly Contact[] | null;
  /** The effects on the own picture and sound. */
  readonly effects: MediaEffects;
  /** URLs of images that the menu of effects offers as backgrounds. */
  readonly backgrounds: readonly string[];
  readonly canShareScreen: boolean;
  readonly canFullscreen: boolean;
  readonly fullscreen: boolean;
  /** Whether the widget may be made small: not where the page gave it a place of its own. */
  readonly canMinimise: boolean;
  /** False while the browser itself says that there is no network. */
  readonly online: boolean;
  /** The browser keeps the ringtone back until someone clicks. */
  readonly ringBlocked: boolean;
  /** Origins whose pictures may be loaded before the user has answered. */
  readonly trustedOrigins: readonly string[];
}

/**
 * What a component can reach of the world: the call's state, the page's wishes, the pixels of a
 * member, and the engine's clock. `<tui-call>` provides it; tests and demo/states.html provide fakes.
 */
export interface CallContextValue {
  readonly state: CallSnapshot;
  readonly view: ViewSettings;
  /** Calls back after each change of `state` or `view`, until the answer is called. */
  subscribe(listener: () => void): () => void;
  /** Shows a picture in a video element, until the answer is called. */
  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void;
  /** Ms on the clock of `state.startedAt`. */
  now(): number;
}

export const CALL_CONTEXT = Symbol('tui-call scene');

/**
 * How a component asks the elements around it for something (the community's context protocol, as
 * far as we use it: the answer is one object for the provider's whole life).
 */
export class ContextRequestEvent extends Event {
  readonly context: unknown;
  readonly callback: (value: CallContextValue) => void;

  constructor(context: unknown, callback: (value: CallContextValue) => void) {
    super('context-request', { bubbles: true, composed: true });
    this.context = context;
    this.callback = callback;
  }
}

/** Answers the requests that reach `provider` from inside; the answer stops that. */
export function provideCallContext(provider: EventTarget, value: CallContextValue): () => void {
  const onRequest = (event: Event): void => {
    if (!(event instanceof ContextRequestEvent) || event.context !== CALL_CONTEXT) return;
    event.stopPropagation();
    event.callback(value);
  };
  provider.addEventListener('context-request', onRequest);
  return () => provider.removeEventListener('context-request', onRequest);
}
