import type { PropertyValues } from '@lit/reactive-element';
import { property } from '@lit/reactive-element/decorators/property.js';
import { state } from '@lit/reactive-element/decorators/state.js';
import { CallError } from '../../src/engine/api/call-error.ts';
import type { EffectsWish } from '../../src/engine/effects.ts';
import type { EffectReason, Notification } from '../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import type { Contact } from '../shared/call-context.ts';
import { browserDependencies } from './session/browser-dependencies.ts';
import { CallCommands } from './call-commands.ts';
import { ElementSession } from './session/element-session.ts';
import { effectProblem, effectWish } from './effect-wishes.ts';
import type { ElementDependencies, ElementEngine } from './session/dependencies.ts';
import type { ViewHost, ViewInputs } from './view/view-host.ts';
import { hostStyles } from './view/host.styles.ts';
import { IDLE_SNAPSHOT } from './session/idle-snapshot.ts';
import { loadView, LazyView } from './view/lazy-view.ts';
import { observerEvent } from './session/observer-events.ts';
import { SignInController, type SignInAttributes } from './session/sign-in-controller.ts';

const SIGN_IN_ATTRIBUTES: readonly (keyof SignInAttributes)[] = [
  'server',
  'userId',
  'userSig',
  'nickname',
  'avatar',
];

/** Without one of these attributes nobody is signed in. */
const CREDENTIALS: ReadonlyMap<string, 'server' | 'userId' | 'userSig'> = new Map([
  ['server', 'server'],
  ['user-id', 'userId'],
  ['user-sig', 'userSig'],
]);

/**
 * A whole call widget: signs in, rings, and shows the call. Events: one per observer callback
 * (`call-received`, `call-begin`, `call-end`, …), see `CallbackEventMap`.
 *
 * @tagname tui-call
 * @slot controls - Buttons of the page's own in the bar of a running call.
 * @fires {CustomEvent<CallSnapshot>} state-changed - after each change of `state`
 * @fires {BeforeCallEvent} before-call - before a call made from here; cancelable
 * @fires {BeforeHangupEvent} before-hangup - before hanging up from here; cancelable
 * @fires {ContactsRequestedEvent} contacts-requested - when somebody opens what offers to ask people in, and `contacts` is null
 * @csspart window - What holds the stage.
 * @csspart card - The card of an incoming call, a notice or an ending.
 * @csspart stage - The dark stage.
 * @csspart header - The stage's first line.
 * @csspart controls - The buttons below.
 * @csspart strip - The line of a call on hold, or on another device.
 * @csspart pill - The minimised call.
 */
export class TuiCall extends CallCommands {
  static override styles = [hostStyles];

  /** Address of the call server. */
  @property() server = '';
  /** Who signs in. */
  @property({ attribute: 'user-id' }) userId = '';
  /** The proof of it; taken out of the document as soon as it is read. */
  @property({ attribute: 'user-sig' }) userSig = '';
  /** The name others see. */
  @property() nickname = '';
  /** The picture others see: an https address. */
  @property() avatar = '';
  /** A sound file in place of the built-in ring. */
  @property() ringtone = '';
  /** A sound file in place of the built-in tone while it rings over there. */
  @property() ringback = '';
  /** Incoming calls are shown but make no sound. */
  @property({ type: Boolean, attribute: 'mute-ringtone' }) muteRingtone = false;
  /** How several people are arranged. */
  @property() layout: 'auto' | 'grid' | 'speaker' = 'auto';
  /** Where the call is shown: in the corner, in the element's own place, or all over the page. */
  @property({ reflect: true }) mode: 'floating' | 'inline' | 'fullscreen' = 'floating';
  /** Whether pictures fill their place or are shown whole. */
  @property({ attribute: 'fill-mode' }) fillMode: 'cover' | 'contain' = 'cover';
  /** What is sent at most. */
  @property() resolution: '360p' | '540p' | '720p' | '1080p' | '' = '';
  /** Light or dark cards; `auto` follows the page. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' = 'auto';
  /** Shows the own picture before answering, where the camera is already allowed. */
  @property({ type: Boolean, attribute: 'preview-incoming' }) previewIncoming = false;

  /** What is behind the own picture: `none`, `blur`, `blur-strong`, or the address of an image. */
  @property() background = 'none';
  /** Of the own microphone; `standard` is the browser's own, `strong` takes out more. */
  @property({ attribute: 'noise-suppression' }) noiseSuppression: 'off' | 'standard' | 'strong' =
    'standard';
  /** How smooth the own skin is, 0–9. */
  @property({ type: Number }) beauty = 0;
  /** How light the own skin is, 0–9. */
  @property({ type: Number, attribute: 'beauty-whiten' }) beautyWhiten = 0;
  /** Addresses of images that the menu offers as backgrounds. */
  @property({ attribute: false }) backgrounds: readonly string[] = [];

  /** Whom one can ask into a running call; null offers nobody, unless `contacts-requested` is answered. */
  @property({ attribute: false }) contacts: readonly Contact[] | null = null;

  @state() private failure: ErrorShape | null = null;
  @state() private minimised = false;
  @state() private ringBlocked = false;
  @state() private preview: MediaStream | null = null;
  /** The incoming call that the page draws itself. */
  @state() private customRinging = '';

  #session: ElementSession | null = null;
  #lastState: CallSnapshot = IDLE_SNAPSHOT;
  #effectsEngine: ElementEngine | null = null;
  readonly #status = statusLine();
  readonly #signIn = new SignInController();
  readonly #viewHost: ViewHost = {
    element: this,
    status: this.#status,
    inputs: () => this.#viewInputs(),
    intentFinished: (error) => this.#onIntentFinished(error),
    preview: (wanted) => this.#session?.preview(this.previewIncoming && wanted),
  };
  readonly #lazyView = new LazyView({
    fetch: () => loadView(this.#viewHost),
    after: (ms, callback) => this.#session?.dependencies.after(ms, callback),
    changed: () => this.requestUpdate(),
  });

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  /** The call as it is now: one immutable value, made anew on each change. */
  get state(): CallSnapshot {
    return this.#session?.dependencies.engine.state ?? IDLE_SNAPSHOT;
  }

  /**
   * Settles when the user of `server`, `user-id` and `user-sig` is signed in. Pending while one of them is missing; a
   * new promise for another user and after each sign-out.
   *
   * @throws {CallError} rejects as the engine's `init()` does
   */
  get ready(): Promise<void> {
    return this.#signIn.ready(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#onLocaleOrPlaceChanged();
    if (!this.#session) this.#open();
    // Signed in by the next update, together with what is set in the same task.
    this.requestUpdate('server');
  }

  /** Moving the element keeps its call: only what is still out of the document afterwards ends. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    queueMicrotask(() => {
      if (!this.isConnected) this.#close();
    });
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name === 'lang') return this.isConnected ? this.#onLocaleOrPlaceChanged() : undefined;
    // A secret in the document could be read by whatever reads the document: taken in, then out.
    if (name === 'user-sig' && value === null) return;
    super.attributeChangedCallback(name, old, value);
    if (name === 'user-sig') super.removeAttribute(name);
  }

  /** Frameworks sign out by it, also where the attribute has left the document or was set as a property. */
  override removeAttribute(name: string): void {
    super.removeAttribute(name);
    const property = CREDENTIALS.get(name.toLowerCase());
    if (property) this[property] = '';
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    root.append(this.#status);
    return root;
  }

  protected override update(changed: PropertyValues<this>): void {
    super.update(changed);
    if (this.#hasContent()) this.#lazyView.load();
    this.#lazyView.view?.draw();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.#session) return;
    const { engine } = this.#session.dependencies;
    if (SIGN_IN_ATTRIBUTES.some((name) => changed.has(name))) this.#signIn.update(engine, this);
    if (changed.has('resolution')) this.#limitVideo();
    this.#applyEffects(engine, changed);
    const { ringtone, ringback, muteRingtone, customRinging } = this;
    this.#session.sound({ ringtone, ringback, muteRingtone, customRinging });
  }

  /** What is to be shown is there only when its code has come, too. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    const { loading } = this.#lazyView;
    return loading === null ? complete : loading.then(() => this.getUpdateComplete());
  }

  /** Makes the call small, or large again. */
  async minimise(on: boolean): Promise<void> {
    this.minimised = on;
  }

  /** What the user chooses: kept on this device, for later visits too. */
  async setEffects(wish: EffectsWish): Promise<void> {
    const engine = this.engine();
    const done = engine.setEffects(wish, { remember: true });
    Object.assign(this, engine.effects);
    await done;
    Object.assign(this, engine.effects);
  }

  async setFullscreen(on: boolean): Promise<void> {
    await this.#lazyView.view?.setFullscreen(on);
  }

  /** The real parts; a test or a page of states gives others. */
  protected createDependencies(): ElementDependencies {
    return browserDependencies();
  }

  protected override engine(): ElementEngine {
    if (!this.#session) throw new CallError('not-initialized', 'the element is not in a document');
    return this.#session.dependencies.engine;
  }

  #open(): void {
    this.#session = new ElementSession(this.createDependencies(), {
      stateChanged: () => this.#onState(),
      notified: (notification) => this.#onNotified(notification),
      ringBlocked: (blocked) => (this.ringBlocked = blocked),
      previewed: (stream) => (this.preview = stream),
      onlineChanged: () => this.requestUpdate(),
    });
  }

  #close(): void {
    const session = this.#session;
    this.#session = null;
    this.#signIn.forget();
    this.ringBlocked = false;
    this.#onState();
    session?.close().catch(() => undefined);
  }

  #viewInputs(): ViewInputs {
    const { failure, minimised, ringBlocked, preview } = this;
    const dependencies = this.#session?.dependencies;
    const { callId, waiting } = this.state;
    const isCustom = (id?: string | null): boolean =>
      this.customRinging !== '' && this.customRinging === id;
    return {
      ...{ dependencies, failure, minimised, ringBlocked, preview },
      customIncoming: isCustom(callId),
      customWaiting: isCustom(waiting?.callId),
    };
  }

  #hasContent(): boolean {
    const { phase, error, elsewhere, held } = this.state;
    return phase !== 'idle' || !!error || !!elsewhere || held.length > 0 || !!this.failure;
  }

  #onLocaleOrPlaceChanged(): void {
    // Words that do not load are English ones.
    void this.#lazyView.view?.localeOrPlaceChanged();
  }

  #onState(): void {
    const { state } = this;
    const before = this.#lastState;
    if (state === before) return;
    this.#lastState = state;
    if (state.error || state.phase !== before.phase) this.failure = null;
    if (state.phase === 'idle' || state.phase === 'incoming') this.minimised = false;
    if (state.userId !== before.userId) this.#limitVideo();
    this.requestUpdate();
    this.#lazyView.view?.changed();
    this.dispatchEvent(
      new CustomEvent('state-changed', { detail: state, bubbles: true, composed: true }),
    );
  }

  /** The engine takes it once somebody is signed in. */
  #limitVideo(): void {
    const { resolution, state } = this;
    if (!resolution || !state.userId) return;
    this.engine()
      .setVideoEncoderParams({ resolution })
      .catch((error: unknown) => this.#fail(error));
  }

  #applyEffects(engine: ElementEngine, changed: PropertyValues<this>): void {
    const wish = effectWish(this, changed, engine !== this.#effectsEngine);
    this.#effectsEngine = engine;
    // What cannot run says so by itself.
    if (wish) engine.setEffects(wish).catch(() => undefined);
  }

  /** The effect is off by now. */
  #onEffectFailed(engine: ElementEngine, reason: EffectReason): void {
    Object.assign(this, engine.effects);
    if (this.state.phase !== 'idle') this.failure = effectProblem(reason);
  }

  #onNotified(notification: Notification): void {
    if (notification.name === 'onEffectFailed')
      this.#onEffectFailed(this.engine(), notification.args[1]);
    const notPrevented = this.dispatchEvent(observerEvent(notification));
    if (!notPrevented) this.customRinging = notification.info.callId;
  }

  #onIntentFinished(error: unknown): void {
    if (error === null) this.failure = null;
    else this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.state.error) return;
    this.failure = error instanceof CallError ? error : new CallError('internal-error');
  }
}

function statusLine(): HTMLElement {
  const line = document.createElement('div');
  line.setAttribute('role', 'status');
  return line;
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call': TuiCall;
  }
}
