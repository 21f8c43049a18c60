import { html, nothing, type LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { CallError } from '../../src/engine/call-error.ts';
import type { Notification } from '../../src/engine/observer.ts';
import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { provideScene, type ViewSettings } from '../call-context.ts';
import type { TuiIntentEvent } from '../events.ts';
import { closeIcon } from '../icons.ts';
import { directionOf, loadWords } from '../strings.ts';
import { enFirst, type FirstWords } from '../strings/en-first.ts';
import { shared } from '../styles/shared.ts';
import { tokens } from '../styles/tokens.ts';
import { announcement } from './announcement.ts';
import { browserParts } from './browser-parts.ts';
import { CallCommands } from './call-commands.ts';
import { CallLine } from './call-line.ts';
import type { CallParts, ElementEngine } from './call-parts.ts';
import { carryOut } from './carry-out.ts';
import { ElementScene } from './element-scene.ts';
import { FocusKeeper } from './focus-keeper.ts';
import { IDLE } from './idle.ts';
import { observerEvent } from './observer-events.ts';
import { LaterScreens } from './later-screens.ts';
import { languageOf } from './page-language.ts';
import { lookOf, type PageLook } from './page-look.ts';
import { screenOf, type Screen } from './screen.ts';
import { SignInKeeper, type Identity } from './sign-in-keeper.ts';
import { styles } from './tui-call.styles.ts';
import { viewOf } from './view-of.ts';

const SIGN_IN: readonly (keyof Identity)[] = ['server', 'userId', 'userSig', 'nickname', 'avatar'];

/**
 * A whole call widget: signs in, rings, and shows the call. Events: one per observer callback
 * (`call-received`, `call-begin`, `call-end`, …), see `CallbackEventMap`.
 *
 * @tagname tui-call
 * @slot controls - Buttons of the page's own in the bar of a running call.
 * @fires {CustomEvent<CallSnapshot>} state-changed - after each change of `state`
 * @fires {BeforeCallEvent} before-call - before a call made from here; cancelable
 * @fires {BeforeHangupEvent} before-hangup - before hanging up from here; cancelable
 * @csspart window - What holds the stage.
 * @csspart card - The card of an incoming call, a notice or an ending.
 * @csspart stage - The dark stage.
 * @csspart header - The stage's first line.
 * @csspart controls - The buttons below.
 * @csspart pill - The minimised call.
 */
export class TuiCall extends CallCommands {
  static override styles = [shared, tokens, styles];

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

  @state() private words: FirstWords = enFirst;
  @state() private language = '';
  @state() private said = '';
  @state() private failure: ErrorShape | null = null;
  @state() private minimised = false;
  @state() private inFullscreen = false;
  @state() private ringBlocked = false;
  @state() private preview: MediaStream | null = null;
  @state() private elsewhereClosed = false;
  /** The incoming call that the page draws itself. */
  @state() private hostDrawn = '';

  #line: CallLine | null = null;
  #look: PageLook = { systemTheme: true, systemFont: false };
  #announced: CallSnapshot = IDLE;
  #screen: Screen = 'none';
  #before: Screen = 'none';
  readonly #scene = new ElementScene(() => this.#line?.parts, this.#view());
  readonly #signIn = new SignInKeeper();
  readonly #focus = new FocusKeeper(this);
  readonly #later = new LaterScreens(() => this.requestUpdate());

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  constructor() {
    super();
    provideScene(this, this.#scene);
  }

  /** The call as it is now: one immutable value, made anew on each change. */
  get state(): CallSnapshot {
    return this.#line?.parts.engine.state ?? IDLE;
  }

  /** Settles when this user is signed in; a new promise with each signing in. */
  get ready(): Promise<void> {
    return this.#signIn.ready;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#look = lookOf(this);
    this.#chooseWords();
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
    if (name === 'lang') return this.isConnected ? this.#chooseWords() : undefined;
    // A secret in the document could be read by whatever reads the document: taken in, then out.
    if (name === 'user-sig' && value === null) return;
    super.attributeChangedCallback(name, old, value);
    if (name === 'user-sig') this.removeAttribute(name);
  }

  override render(): TemplateResult {
    const { state } = this;
    const problem = this.#problem();
    const inWindow = this.#screen === 'outgoing' || this.#screen === 'stage';
    const look = `${this.#look.systemTheme ? 'system-theme' : ''} ${this.#look.systemFont ? 'system-font' : ''}`;
    return html`<div
      class="base ${look} ${this.inFullscreen ? 'full' : ''}"
      dir=${directionOf(this.language) ?? nothing}
      lang=${this.words === enFirst ? 'en' : this.language}
      @tui-intent=${this.#onIntent}
      @fullscreenchange=${this.#onFullscreenChange}
    >
      <div class="unseen" role="status">${this.said}</div>
      ${inWindow ? this.#renderWindow(problem) : nothing}
      <div class="corner top">
        ${
          this.#screen === 'incoming'
            ? html`<tui-call-incoming
                data-screen
                exportparts="card"
                ?compact=${this.mode === 'inline'}
                .preview=${this.preview}
              ></tui-call-incoming>`
            : nothing
        }
      </div>
      <div class="corner bottom">
        ${problem && !inWindow ? this.#renderNotice(problem) : nothing}
        ${this.#screen === 'ending' ? html`<tui-call-notice data-screen exportparts="card"></tui-call-notice>` : nothing}
        ${this.#screen === 'pill' ? html`<tui-call-pill data-screen exportparts="pill"></tui-call-pill>` : nothing}
        ${state.elsewhere && !this.elsewhereClosed ? this.#renderElsewhere() : nothing}
      </div>
    </div>`;
  }

  #renderWindow(problem: ErrorShape | null): TemplateResult {
    return html`<div
      class="window ${this.state.isGroup ? 'group' : ''}"
      part="window"
      @pointerdown=${this.#onGrab}
    >
      ${
        this.#screen === 'stage'
          ? html`<tui-call-stage data-screen exportparts="stage, header, controls"
              ><slot name="controls" slot="controls"></slot
            ></tui-call-stage>`
          : html`<tui-call-outgoing data-screen exportparts="stage, controls"></tui-call-outgoing>`
      }
      ${problem ? this.#renderNotice(problem) : nothing}
    </div>`;
  }

  #renderNotice(problem: ErrorShape): TemplateResult {
    return html`<tui-call-notice exportparts="card" .error=${problem}></tui-call-notice>`;
  }

  #renderElsewhere(): TemplateResult {
    return html`<p class="elsewhere">
      <span>${this.words.elsewhere}</span>
      <tui-call-button
        tone="text"
        .label=${this.words.close}
        @click=${() => (this.elsewhereClosed = true)}
        >${closeIcon}</tui-call-button
      >
    </p>`;
  }

  protected override willUpdate(): void {
    this.#scene.view = this.#view();
    this.#scene.changed();
    const screen = screenOf(this.state, {
      minimised: this.minimised,
      hostDraws: this.#hostDraws(),
      stageReady: this.#later.module !== null,
    });
    if (screen !== this.#screen) this.#focus.leave(this.#screen);
    this.#before = this.#screen;
    this.#screen = screen;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (this.#before !== this.#screen)
      void this.#focus.arrive(
        this.#before,
        this.renderRoot.querySelector<LitElement>('[data-screen]'),
      );
    if (!this.#line) return;
    const { engine } = this.#line.parts;
    if (SIGN_IN.some((name) => changed.has(name))) this.#signIn.update(engine, this);
    if (changed.has('resolution')) this.#limitVideo();
    const isVideo = this.state.mediaType === 'video';
    this.#line.preview(this.previewIncoming && this.#screen === 'incoming' && isVideo);
    const { ringtone, ringback, muteRingtone } = this;
    this.#line.sound({ ringtone, ringback, muteRingtone, hostDraws: this.#hostDraws() });
  }

  /** Makes the call small, or large again. */
  async minimise(on: boolean): Promise<void> {
    this.minimised = on;
  }

  async setFullscreen(on: boolean): Promise<void> {
    // A browser that refuses it has said so itself.
    if (on)
      await this.renderRoot
        .querySelector('.window')
        ?.requestFullscreen()
        .catch(() => undefined);
    else await document.exitFullscreen().catch(() => undefined);
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
      onlineChanged: () => this.#onOnline(),
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

  #view(): ViewSettings {
    const { words, layout, fillMode, ringBlocked, mode, server, inFullscreen } = this;
    return viewOf(
      { words, layout, fillMode, ringBlocked, mode, server, inFullscreen },
      this.#line?.parts,
    );
  }

  /** What the person has to be told, if it is theirs to know; a lost connection in a call has its own line. */
  #problem(): ErrorShape | null {
    const { state } = this;
    const error = state.error ?? this.failure;
    if (!error || (error.name === 'signaling-failed' && state.phase === 'reconnecting'))
      return null;
    return this.#later.module?.problemOf(error, state, this.#scene.view.online) ? error : null;
  }

  #hostDraws(): boolean {
    return this.hostDrawn !== '' && this.hostDrawn === this.state.callId;
  }

  #chooseWords(): void {
    this.language = languageOf(this);
    const { language } = this;
    void loadWords(language).then((words) => {
      if (this.language === language) this.words = words;
    });
  }

  #onState(): void {
    const { state } = this;
    const before = this.#announced;
    if (state === before) return;
    this.#announced = state;
    const said = [announcement, this.#later.module?.callAnnouncement].map((tell) =>
      tell?.(before, state, this.words),
    );
    this.said = state.phase === 'idle' ? '' : said.filter(Boolean).join(' ') || this.said;
    if (state.error || state.phase !== before.phase) this.failure = null;
    if (state.phase === 'idle' || state.phase === 'incoming') this.minimised = false;
    if (!state.elsewhere) this.elsewhereClosed = false;
    if (state.userId !== before.userId) this.#limitVideo();
    if (state.phase !== 'idle' || state.error) this.#later.load();
    this.requestUpdate();
    this.#scene.changed();
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

  #onOnline(): void {
    if (this.state.error) this.#later.load();
    this.requestUpdate();
  }

  /** The page may stop a wish on its way up: carried out when everybody has seen it. */
  #onIntent(event: TuiIntentEvent): void {
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      this.failure = null;
      carryOut(event.intent, this).catch((error: unknown) => this.#fail(error));
    });
  }

  #onGrab(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
    if (this.mode === 'floating') this.#later.module?.drag(event, event.currentTarget);
  }

  #onFullscreenChange(): void {
    this.inFullscreen = !!this.shadowRoot?.fullscreenElement;
  }

  #fail(error: unknown): void {
    if (this.state.error) return;
    const { code, name, message, retryable } =
      error instanceof CallError ? error : new CallError('internal-error');
    this.failure = { code, name, message, retryable };
    this.#later.load();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call': TuiCall;
  }
}
