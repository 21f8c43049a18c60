import type {
  CALLBACK_FIELDS,
  CallbackArguments,
  CallbackName,
  CallInfo,
  DeviceKind,
} from '../../src/engine/api/observer.ts';
import type { MediaEffectChanges } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { IntentRequest } from '../../src/engine/state/events.ts';
import type { Contact } from './call-context.ts';
import type { MediaType, CurrentCallAction } from '../../src/protocol/index.ts';

/** The engine's intents that a component can request as they are. */
type SharedIntent = Extract<
  IntentRequest,
  {
    type:
      | ('reject' | 'ignore' | 'hangup' | 'dismiss' | 'reject-waiting' | 'hold')
      | ('switch-media-type' | 'retry-media');
  }
>;

/** A request of the user in a component. The element performs it unless the page prevents it. */
export type Intent =
  | SharedIntent
  | { readonly type: 'accept'; readonly video?: boolean }
  /** Calls again after a call that did not connect: the callees, or the caller of a missed call. */
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
  | {
      readonly type: 'accept-waiting';
      readonly currentCall: CurrentCallAction;
      readonly video?: boolean;
    }
  | { readonly type: 'move-here' }
  | { readonly type: 'invite'; readonly userIds: readonly string[] }
  | { readonly type: 'unlock-audio' }
  | { readonly type: 'minimise'; readonly on: boolean }
  | { readonly type: 'fullscreen'; readonly on: boolean }
  /** Opens the menu of effects. */
  | { readonly type: 'effects-menu' }
  | { readonly type: 'effects'; readonly changes: MediaEffectChanges }
  | { readonly type: 'layout'; readonly layout: 'auto' | 'speaker' }
  /** Pins a tile; null unpins. */
  | { readonly type: 'pin'; readonly tile: string | null }
  /** Opens the list of members, or the list of users to invite. */
  | { readonly type: 'people'; readonly view: 'list' | 'invite' };

/** Requests an intent. Bubbles from a component to `<tui-call>`, which performs it unless it is prevented. */
export class TuiIntentEvent extends Event {
  /** The requested action. */
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

/** The `detail` of a callback's event: the fields of `info` and the arguments by name. */
export type CallbackDetail<Name extends CallbackName> = CallInfo &
  Named<(typeof CALLBACK_FIELDS)[Name], CallbackArguments[Name]>;

type Kebab<S extends string> = S extends `${infer Head}${infer Tail}`
  ? `${Head extends Lowercase<Head> ? Head : `-${Lowercase<Head>}`}${Kebab<Tail>}`
  : S;

/** `onUserVideoAvailable` → `user-video-available`; `onError` → `call-error`, since the DOM has `error`. */
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

/** The events of `<tui-call>` that correspond to an observer callback. */
export type CallbackEventMap = {
  [Name in CallbackName as CallbackEventName<Name>]: CustomEvent<CallbackDetail<Name>>;
};

/** Emitted before `calls()` makes a call; `preventDefault()` prevents the call. */
export type BeforeCallEvent = CustomEvent<{
  readonly userIds: readonly string[];
  readonly mediaType: MediaType;
  readonly groupId: string;
}>;

/** Emitted before the user hangs up; `preventDefault()` keeps the call. */
export type BeforeHangupEvent = CustomEvent<{ readonly callId: string }>;

/**
 * Emitted when the user opens the invite menu or the people panel and `contacts` is null. The page calls
 * `respond`, at once or later.
 */
export type ContactsRequestedEvent = CustomEvent<{
  readonly callId: string;
  readonly respond: (contacts: readonly Contact[]) => void;
}>;

/** Emitted after the call is minimised (`on` is true) or restored. */
export type MinimisedChangedEvent = CustomEvent<{ readonly on: boolean }>;

/** The events of `<tui-call>`: name → event. */
export interface TuiCallEventMap extends CallbackEventMap {
  'before-call': BeforeCallEvent;
  'before-hangup': BeforeHangupEvent;
  'contacts-requested': ContactsRequestedEvent;
  'minimised-changed': MinimisedChangedEvent;
  'state-changed': CustomEvent<CallSnapshot>;
}

declare global {
  interface HTMLElementEventMap extends TuiCallEventMap {
    'tui-intent': TuiIntentEvent;
  }
}
