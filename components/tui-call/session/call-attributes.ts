import { property } from '@lit/reactive-element/decorators/property.js';
import { booleanAttribute } from '../../shared/boolean-attribute.ts';
import type { Contact } from '../../shared/call-context.ts';
import type { OwnButton } from '../../shared/customisation.ts';
import type { Labels } from '../../messages/en-effects.ts';
import { EffectProperties } from './effect-properties.ts';

/** The attributes and properties of `<tui-call>` that a page sets. */
export abstract class CallAttributes extends EffectProperties {
  /** URL of the call server. Default: `''`, no user is signed in. A new URL signs out and in. */
  @property() server = '';
  /** Id of the user who signs in: 1–64 of `A-Z a-z 0-9 _ . @ -`. Default: `''`. A new id signs the previous user out. */
  @property({ attribute: 'user-id' }) userId = '';
  /**
   * Signed JWT that proves who the user is. Default: `''`. The element reads the attribute and removes it from the
   * document at once. A new userSig of the same user is renewed during a call.
   */
  @property({ attribute: 'user-sig' }) userSig = '';
  /** Name shown to others, up to 500 bytes. Default: `''`. A `name` in the userSig takes precedence. */
  @property() nickname = '';
  /**
   * https URL of the picture shown to others, up to 500 bytes. Default: `''`. An `avatar` in the userSig takes
   * precedence.
   */
  @property() avatar = '';
  /** URL of the sound that rings for an incoming call. Default: `''`, the built-in ringtone. */
  @property() ringtone = '';
  /** URL of the sound that plays while the callee's device rings. Default: `''`, the built-in tone. */
  @property() ringback = '';
  /** Shows incoming and waiting calls without sound. Default: `false`. */
  @property({ ...booleanAttribute, attribute: 'mute-ringtone' }) muteRingtone = false;
  /** Arrangement of several members. Default: `auto`. */
  @property() layout: 'auto' | 'grid' | 'speaker' = 'auto';
  /**
   * Place of the call. `floating`: the corner of the page. `inline`: the element's own place, which needs a height.
   * `fullscreen`: the whole page. Default: `floating`.
   */
  @property({ reflect: true }) mode: 'floating' | 'inline' | 'fullscreen' = 'floating';
  /**
   * `cover`: a video fills its tile and is cropped. `contain`: it is shown whole. `fill`: it is stretched to the tile.
   * Default: `cover`.
   */
  @property({ attribute: 'fill-mode' }) fillMode: 'cover' | 'contain' | 'fill' = 'cover';
  /**
   * Whether the user sees the own camera as in a mirror. `auto`: yes, except for the camera on the back of a phone.
   * Others never see it mirrored. Default: `auto`.
   */
  @property() mirror: 'auto' | 'on' | 'off' = 'auto';
  /** URL of a picture behind the videos; https, or of the page's own server. Default: `''`, none. */
  @property({ attribute: 'stage-background' }) stageBackground = '';
  /** URL of a picture behind the user's own tile while the camera is off. Default: `''`, none. */
  @property({ attribute: 'self-background' }) selfBackground = '';
  /**
   * Names of buttons that are not shown, separated by spaces: `microphone`, `camera`, `screen-share`, `more`, `invite`,
   * `minimise`, `fullscreen`, `picture-in-picture`, `record`. Default: `''`.
   */
  @property({ attribute: 'hidden-buttons' }) hiddenButtons = '';
  /**
   * Names of buttons of the bar and ids of `buttons`, separated by spaces, in the order in which they are shown. Others
   * follow; "Hang up" is always last. Default: `''`, the built-in order.
   */
  @property({ attribute: 'button-order' }) buttonOrder = '';
  /** Volume of the ringtone and of the sound of a waiting call, 0 to 100. Default: 100. */
  @property({ attribute: 'ringtone-volume', type: Number }) ringtoneVolume = 100;
  /** Id of the speaker of those sounds, of `state.devices`. Default: `''`, the system's. */
  @property({ attribute: 'ringtone-device' }) ringtoneDevice = '';
  /** Upper limit of the sent video. Default: `''`, the limit of the engine. */
  @property() resolution: '360p' | '540p' | '720p' | '1080p' | '' = '';
  /**
   * Colours of cards. `auto` follows the page's `color-scheme`, or the system if the page sets none. The stage is
   * always dark. Default: `auto`.
   */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /**
   * Shows the user's own video while a video call rings, if the camera permission is already granted. Default: `false`.
   */
  @property({ ...booleanAttribute, attribute: 'preview-incoming' }) previewIncoming = false;

  /**
   * Users who can be invited into a running call. Default: `null`; then the element dispatches `contacts-requested`
   * when the user opens the call menu or the people panel. Anything that is no contact is left out, with a `call-error`.
   */
  @property({ attribute: false }) contacts: readonly Contact[] | null = null;

  /** Words of the page in place of the built-in ones, by the keys of `Messages`. Plain text. Default: `{}`. */
  @property({ attribute: false }) labels: Labels = {};
  /** SVG texts in place of the built-in icons, by `IconName`. Only shapes are used. Default: `{}`. */
  @property({ attribute: false }) icons: Readonly<Record<string, string>> = {};
  /** Buttons of the page in the bar of a running call. Default: none. */
  @property({ attribute: false }) buttons: readonly OwnButton[] = [];
  /** Returns the URL of the ringtone for a caller; null for that of `ringtone`. Default: `null`. */
  @property({ attribute: false }) ringtoneFor: ((callerId: string) => string | null) | null = null;
  /** Returns the URL of the picture behind another member without video, or null. Default: `null`. */
  @property({ attribute: false }) backgroundFor: ((userId: string) => string | null) | null = null;
}
