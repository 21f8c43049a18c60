import type {
  CALLBACK_FIELDS,
  CallbackArguments,
  CallbackName,
  CallInfo,
  DeviceKind,
} from '../../src/engine/api/observer.ts';
import type { EffectsWish } from '../../src/engine/effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { Contact } from './call-context.ts';
import type { MediaType, CurrentCallAction } from '../../src/protocol/index.ts';

/** A user's wish, as a component tells it. The element carries it out, or the page stops it. */
export type Intent =
  | { readonly type: 'accept'; readonly video?: boolean }
  | { readonly type: 'reject' }
  | { readonly type: 'ignore' }
  | { readonly type: 'hangup' }
  | { readonly type: 'dismiss' }
  /** The call that did not connect, once more. */
  | {
      readonly type: 'call';
      readonly userIds: readonly string[];
      readonly mediaType: MediaType;
      readonly groupId: string;
    }
  | {
      readonly type: 'set-device';
      readonly device: 'microphone' | 'camera' | 'screen';
      readonly on: boolean;
    }
  | { readonly type: 'list-devices' }
  | { readonly type: 'select-device'; readonly kind: DeviceKind; readonly deviceId: string }
  | { readonly type: 'switch-camera' }
  | { readonly type: 'switch-media-type'; readonly mediaType: MediaType }
  | {
      readonly type: 'accept-waiting';
      readonly currentCall: CurrentCallAction;
      readonly video?: boolean;
    }
  | { readonly type: 'reject-waiting' }
  | { readonly type: 'hold'; readonly on: boolean }
  | { readonly type: 'move-here' }
  | { readonly type: 'invite'; readonly userIds: readonly string[] }
  | { readonly type: 'unlock-audio' }
  | { readonly type: 'minimise'; readonly on: boolean }
  | { readonly type: 'fullscreen'; readonly on: boolean }
  /** The menu of effects is to be shown. */
  | { readonly type: 'effects-menu' }
  | { readonly type: 'effects'; readonly wish: EffectsWish }
  | { readonly type: 'layout'; readonly layout: 'auto' | 'speaker' }
  /** Who is in the call, or whom one could ask in. */
  | { readonly type: 'people'; readonly view: 'list' | 'invite' };

/** The one request of our components: bubbles up to `<tui-call>`; `preventDefault()` stops it there. */
export class TuiIntentEvent extends Event {
  readonly intent: Intent;

  constructor(intent: Intent) {
    super('tui-intent', { bubbles: true, composed: true, cancelable: true });
    this.intent = intent;
  }
}

type Named<Names extends readonly string[], Values extends readonly unknown[]> = {
  readonly [I in Extract<keyof Names, `${number}`> as Names[I] & string]: I extends keyof Values
    ? Values[I]
    : never;
};

/** `detail` of a callback's event: its arguments by name, and what `info` says (always `callId`). */
export type CallbackDetail<Name extends CallbackName> = CallInfo &
  Named<(typeof CALLBACK_FIELDS)[Name], CallbackArguments[Name]>;

type Kebab<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `-${Lowercase<Head>}`}${Kebab<Tail>}`
  : S;

/** `onUserVideoAvailable` → `user-video-available`; a bare `error` would collide with the DOM's own. */
export type CallbackEventName<Name extends CallbackName> = Name extends 'onError'
  ? 'call-error'
  : Name extends `on${infer Rest}`
    ? Kebab<Uncapitalize<Rest>>
    : never;

export function callbackEventName<Name extends CallbackName>(name: Name): CallbackEventName<Name>;
export function callbackEventName(name: CallbackName): string {
  if (name === 'onError') return 'call-error';
  return name.slice(2).replace(/[A-Z]/g, (letter, at) => (at ? '-' : '') + letter.toLowerCase());
}

/** All that a program may listen for on `<tui-call>`, one event per observer callback. */
export type CallbackEventMap = {
  [Name in CallbackName as CallbackEventName<Name>]: CustomEvent<CallbackDetail<Name>>;
};

/** Before a call is made from the element; `preventDefault()` keeps it from being made. */
export type BeforeCallEvent = CustomEvent<{
  readonly userIds: readonly string[];
  readonly mediaType: MediaType;
  readonly groupId: string;
}>;

/** Before the user's own hanging up takes effect; `preventDefault()` keeps the call. */
export type BeforeHangupEvent = CustomEvent<{ readonly callId: string }>;

/**
 * Somebody looks for people to ask into the call: the page answers with `respond`, now or later. The
 * other way is to set the element's `contacts` before.
 */
export type ContactsRequestedEvent = CustomEvent<{
  readonly callId: string;
  readonly respond: (contacts: readonly Contact[]) => void;
}>;

declare global {
  interface HTMLElementEventMap extends CallbackEventMap {
    'tui-intent': TuiIntentEvent;
    'before-call': BeforeCallEvent;
    'before-hangup': BeforeHangupEvent;
    'contacts-requested': ContactsRequestedEvent;
    'state-changed': CustomEvent<CallSnapshot>;
  }
}
