import type { PropertyValues } from '@lit/reactive-element';
import { property } from '@lit/reactive-element/decorators/property.js';
import { state } from '@lit/reactive-element/decorators/state.js';
import { CallError } from '../../src/engine/call-error.ts';
import type { Notification } from '../../src/engine/observer.ts';
import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import type { Contact } from '../call-context.ts';
import { browserParts } from './browser-parts.ts';
import { CallCommands } from './call-commands.ts';
import { CallLine } from './call-line.ts';
import type { CallParts, ElementEngine } from './call-parts.ts';
import type { Drawable, Drawing } from './drawable.ts';
import { hostStyles } from './host.styles.ts';
import { IDLE } from './idle.ts';
import { fetchView, LaterView } from './later-view.ts';
import { observerEvent } from './observer-events.ts';
import { SignInKeeper, type Identity } from './sign-in-keeper.ts';

const SIGN_IN: readonly (keyof Identity)[] = ['server', 'userId', 'userSig', 'nickname', 'avatar'];

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

  /** Whom one can ask into a running call; null offers nobody, unless `contacts-requested` is answered. */
  @property({ attribute: false }) contacts: readonly Contact[] | null = null;

  @state() private failure: ErrorShape | null = null;
  @state() private minimised = false;
  @state() private ringBlocked = false;
  @state() private preview: MediaStream | null = null;
  /** The incoming call that the page draws itself. */
  @state() private hostDrawn = '';

  #line: CallLine | null = null;
  #announced: CallSnapshot = IDLE;
  readonly #status = statusLine();
  readonly #signIn = new SignInKeeper();
  readonly #drawable: Drawable = {
    element: this,
    status: this.#status,
    drawing: () => this.#drawing(),
    wished: (error) => this.#onWish(error),
    preview: (wanted) => this.#line?.preview(this.previewIncoming && wanted),
  };
  readonly #later = new LaterView({
    fetch: () => fetchView(this.#drawable),
    after: (ms, callback) => this.#line?.parts.after(ms, callback),
    changed: () => this.requestUpdate(),
  });

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  /** The call as it is now: one immutable value, made anew on each change. */
  get state(): CallSnapshot {
    return this.#line?.parts.engine.state ?? IDLE;
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
    this.#replaced();
    if (!this.#line) this.#open();
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
    if (name === 'lang') return this.isConnected ? this.#replaced() : undefined;
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
    if (this.#hasToShow()) this.#later.load();
    this.#later.view?.draw();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.#line) return;
    const { engine } = this.#line.parts;
    if (SIGN_IN.some((name) => changed.has(name))) this.#signIn.update(engine, this);
    if (changed.has('resolution')) this.#limitVideo();
    const { ringtone, ringback, muteRingtone, hostDrawn } = this;
    this.#line.sound({ ringtone, ringback, muteRingtone, hostDrawn });
  }

  /** What is to be shown is there only when its code has come, too. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    const { arriving } = this.#later;
    return arriving === null ? complete : arriving.then(() => this.getUpdateComplete());
  }

  /** Makes the call small, or large again. */
  async minimise(on: boolean): Promise<void> {
    this.minimised = on;
  }

  async setFullscreen(on: boolean): Promise<void> {
    await this.#later.view?.setFullscreen(on);
  }

  /** The real parts; a test or a page of states gives others. */
  protected createParts(): CallParts {
    return browserParts();
  }

  protected override engine(): ElementEngine {
    if (!this.#line) throw new CallError('not-initialized', 'the element is not in a document');
    return this.#line.parts.engine;
  }

  #open(): void {
    this.#line = new CallLine(this.createParts(), {
      stateChanged: () => this.#onState(),
      notified: (notification) => this.#onNotified(notification),
      ringBlocked: (blocked) => (this.ringBlocked = blocked),
      previewed: (stream) => (this.preview = stream),
      onlineChanged: () => this.requestUpdate(),
    });
  }

  #close(): void {
    const line = this.#line;
    this.#line = null;
    this.#signIn.forget();
    this.ringBlocked = false;
    this.#onState();
    line?.close().catch(() => undefined);
  }

  #drawing(): Drawing {
    const { failure, minimised, ringBlocked, preview } = this;
    const parts = this.#line?.parts;
    const { callId, waiting } = this.state;
    const draws = (id?: string | null): boolean => this.hostDrawn !== '' && this.hostDrawn === id;
    return {
      ...{ parts, failure, minimised, ringBlocked, preview },
      hostDraws: draws(callId),
      hostDrawsWaiting: draws(waiting?.callId),
    };
  }

  #hasToShow(): boolean {
    const { phase, error, elsewhere, held } = this.state;
    return phase !== 'idle' || !!error || !!elsewhere || held.length > 0 || !!this.failure;
  }

  #replaced(): void {
    // Words that do not load are English ones.
    void this.#later.view?.placed();
  }

  #onState(): void {
    const { state } = this;
    const before = this.#announced;
    if (state === before) return;
    this.#announced = state;
    if (state.error || state.phase !== before.phase) this.failure = null;
    if (state.phase === 'idle' || state.phase === 'incoming') this.minimised = false;
    if (state.userId !== before.userId) this.#limitVideo();
    this.requestUpdate();
    this.#later.view?.changed();
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

  #onNotified(notification: Notification): void {
    const kept = this.dispatchEvent(observerEvent(notification));
    if (!kept) this.hostDrawn = notification.info.callId;
  }

  #onWish(error: unknown): void {
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
