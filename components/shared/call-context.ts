import type { MediaEffects } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { CoreMessages } from '../messages/core.ts';
import type { Customisation } from './customisation.ts';

/** The video that a tile shows. */
export interface VideoSource {
  readonly userId: string;
  readonly source: 'camera' | 'screen';
}

/** A user whom the page offers for invitations into a call. */
export interface Contact {
  readonly userId: string;
  readonly name: string;
  /** URL of a picture; only https is loaded. */
  readonly avatar?: string;
}

/** Settings of the view that are not part of the call itself. One immutable value. */
export interface ViewSettings {
  /** English has two parts; the second one loads with the screens that need it. */
  readonly messages: CoreMessages;
  readonly layout: 'auto' | 'grid' | 'speaker';
  readonly fillMode: 'cover' | 'contain' | 'fill';
  /** Key of the pinned tile, `camera:<userId>` or `screen:<userId>`; null: none. */
  readonly pinned: string | null;
  readonly custom: Customisation;
  /** Users that can be invited into a call; null: the page offers none. */
  readonly contacts: readonly Contact[] | null;
  /** The effects on the own picture and sound. */
  readonly effects: MediaEffects;
  /** URLs of images that the menu of effects offers as backgrounds. */
  readonly backgrounds: readonly string[];
  readonly canShareScreen: boolean;
  readonly canFullscreen: boolean;
  readonly fullscreen: boolean;
  /** Whether the widget can be minimised; false in mode `inline`. */
  readonly canMinimise: boolean;
  /** False while the browser reports that there is no network. */
  readonly online: boolean;
  /** True while the browser blocks the ringtone until the user interacts with the page. */
  readonly ringBlocked: boolean;
  /** Origins whose pictures may be loaded before the user has answered. */
  readonly trustedOrigins: readonly string[];
}

/**
 * What a component can use: the state of the call, the settings of the view, the videos of the members, and the
 * engine's clock. `<tui-call>` provides it; tests and demo/states.html provide fakes.
 */
export interface CallContextValue {
  readonly state: CallSnapshot;
  readonly view: ViewSettings;
  /** Calls `listener` after each change of `state` or `view`. Returns a function that ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** Shows a video in a video element. Returns a function that releases it. */
  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void;
  /** Draws the own camera with each of these backgrounds; null: it cannot be drawn. `[]` while the camera is off. */
  drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]>;
  /** Milliseconds on the clock of `state.startedAt`. */
  now(): number;
}

export const CALL_CONTEXT = Symbol('tui-call scene');

/**
 * Requests a context value from an ancestor (the part of the community's context protocol that is used here: the
 * value is one object as long as the provider exists).
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

/** Answers context requests from inside `provider`. Returns a function that stops it. */
export function provideCallContext(provider: EventTarget, value: CallContextValue): () => void {
  const onRequest = (event: Event): void => {
    if (!(event instanceof ContextRequestEvent) || event.context !== CALL_CONTEXT) return;
    event.stopPropagation();
    event.callback(value);
  };
  provider.addEventListener('context-request', onRequest);
  return () => provider.removeEventListener('context-request', onRequest);
}
