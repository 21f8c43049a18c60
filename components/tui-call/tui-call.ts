import type { PropertyValues } from '@lit/reactive-element';
import { state } from '@lit/reactive-element/decorators/state.js';
import { CallError } from '../../src/engine/api/call-error.ts';
import type { Notification } from '../../src/engine/api/observer.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { statusLine } from '../shared/status-line.ts';
import { CREDENTIALS, LATE_NAMES } from './session/attribute-names.ts';
import { CallAttributes } from './session/call-attributes.ts';
import { contactList } from './session/contact-list.ts';
import { browserDependencies } from './session/browser-dependencies.ts';
import { isEffectProblem } from './session/effect-properties.ts';
import { ElementSession } from './session/element-session.ts';
import type { ElementDependencies } from './session/dependencies.ts';
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

/**
 * Time in milliseconds for which a removed element keeps its session. Frameworks, Turbo and view transitions remove an
 * element and insert it again some frames later, while they fetch or render a new page. The value covers that on a slow
 * device. It is too short for a user to notice that the camera light is still on.
 */
const REINSERT_MS = 500;

/**
 * A complete call widget. It signs a user in, rings, and shows the call; without a call it shows nothing. Setting
 * `server`, `userId` and `userSig` signs in. Removing one of them, or removing the element from the document, signs out
 * and ends the calls of this session.
 *
 * Beside the events below, the element dispatches one event per observer callback (`call-received`, `call-begin`,
 * `call-end`, …): see `TuiCallEventMap`. All events bubble and are composed.
 *
 * @tagname tui-call
 * @slot controls - Buttons of the page, added to the bar of a running call.
 * @slot control-bar - Content of the page in place of the bar.
 * @slot header - Content of the page in place of the first line of the stage.
 * @slot tile-<userId> - Content of the page in a member's tile, in place of the avatar, the name and the status.
 * @slot incoming - Content of the page in the card of an incoming call.
 * @slot ended - Content of the page in the card of an ended call.
 * @slot idle - Content of the page while there is nothing to show.
 * @fires state-changed - after each change of `state`; `detail` is the new state
 * @fires call-received - when a call rings; if prevented, the page shows its own screen
 * @fires before-call - before `calls()` makes a call; if prevented, the call is not made
 * @fires before-hangup - before `hangup()` leaves a call; if prevented, the call continues
 * @fires minimised-changed - after the call is minimised or restored
 * @fires contacts-requested - when the user opens the call menu or the people panel while `contacts` is null; `respond` sets `contacts`
 * @csspart window - Container of the stage.
 * @csspart handle - The handle that moves and resizes the floating window.
 * @csspart card - Card of an incoming call, a notice or an ended call.
 * @csspart stage - The dark stage.
 * @csspart header - First line of the stage.
 * @csspart controls - The bar of buttons.
 * @csspart strip - Line of a held call, a waiting call or a call on another device.
 * @csspart pill - The minimised call.
 * @csspart button - Each button of the bar.
 * @csspart tile - The tile of a member.
 * @csspart video - The video of a tile.
 * @csspart plate - The name plate of a tile.
 * @csspart background - The picture of the page behind the stage, or behind a member without video.
 * @attr {string} lang - Language of the interface. Default: the `lang` of the closest ancestor that has one.
 * @cssprop [--tui-call-accent=#3b6cf6] - Colour of the main action and of focus.
 * @cssprop [--tui-call-success=#15924f] - Colour of accepting.
 * @cssprop [--tui-call-danger=#d9363e] - Colour of hanging up and of errors.
 * @cssprop [--tui-call-warning=#f0a020] - Colour of warnings.
 * @cssprop --tui-call-text - Primary text of cards.
 * @cssprop --tui-call-text-muted - Secondary text of cards.
 * @cssprop --tui-call-surface - Background of cards.
 * @cssprop --tui-call-surface-muted - Background of quiet buttons.
 * @cssprop --tui-call-border - Hairlines of cards.
 * @cssprop [--tui-call-stage=#0b0e13] - Background of the stage.
 * @cssprop [--tui-call-stage-raised=#171c24] - Background of tiles and panels on the stage.
 * @cssprop [--tui-call-on-stage=#f4f6f8] - Text on the stage.
 * @cssprop [--tui-call-radius-s=10px] - Small corner radius.
 * @cssprop [--tui-call-radius-m=16px] - Medium corner radius.
 * @cssprop [--tui-call-radius-l=24px] - Large corner radius, of cards.
 * @cssprop [--tui-call-tile-radius=14px] - Corner radius of a member's tile.
 * @cssprop [--tui-call-window-radius=20px] - Corner radius of the call window.
 * @cssprop --tui-call-font - Font family. Default: the page's, or `system-ui` if the page sets none.
 * @cssprop [--tui-call-width=420px] - Width of the floating call window.
 * @cssprop --tui-call-height - Height of the floating call window. Default: `376px`, in a group call `480px`.
 * @cssprop --tui-call-inset - Distance from the edges of the page. Default: `24px`, on small pages `16px`.
 */
export class TuiCall extends CallAttributes {
  static override styles = [hostStyles];

  @state() private failure: ErrorShape | null = null;
  @state() private minimised = false;
  /** Key of the pinned tile; null: none. */
  @state() private pinned: string | null = null;
  @state() private ringBlocked = false;
  @state() private preview: MediaStream | null = null;
  /** Id of the incoming call for which the page shows its own screen; `''`: none. */
  @state() private customRinging = '';

  #session: ElementSession | null = null;
  #lastState: CallSnapshot = IDLE_SNAPSHOT;
  /** Cancels the timer that closes the session of a removed element; null while no timer runs. */
  #cancelClose: (() => void) | null = null;
  readonly #status = statusLine();
  readonly #idle = idleSlot();
  readonly #signIn = new SignInController((error) => this.#report(error));
  readonly #viewHost: ViewHost = {
    element: this,
    status: this.#status,
    inputs: () => this.#viewInputs(),
    intentFinished: (error) => this.#onIntentFinished(error),
    pinTile: (tile) => (this.pinned = tile),
    showInSystem: (call) => this.#session?.showInSystem(call),
    alert: (ring) => this.#session?.alert(ring),
    preview: (wanted) => this.#session?.preview(this.previewIncoming && wanted),
  };
  readonly #lazyView = new LazyView({
    fetch: () => loadView(this.#viewHost),
    after: (ms, callback) => this.#session?.dependencies.after(ms, callback),
    changed: () => this.requestUpdate(),
  });

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang', ...LATE_NAMES.keys()];
  }

  /**
   * Current state of the engine: one immutable value, replaced on each change. In phase `idle` while the element has no
   * engine.
   */
  get state(): CallSnapshot {
    return this.#session?.dependencies.engine.state ?? IDLE_SNAPSHOT;
  }

  /**
   * Settles when the user of `server`, `user-id` and `user-sig` is signed in. It is pending while one of them is missing.
   * Another user and each sign-out create a new promise.
   *
   * @throws {CallError} the errors of the engine's `init()`
   */
  get ready(): Promise<void> {
    return this.#signIn.ready(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#cancelClose?.();
    this.#cancelClose = null;
    this.#onLocaleOrPlaceChanged();
    if (!this.#session) this.#open();
    // The next update signs in, with all attributes that are set in the same task.
    this.requestUpdate('server');
  }

  /** Closes the session after REINSERT_MS. An insertion before that keeps it. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    const cancel = this.#session?.dependencies.after(REINSERT_MS, () => this.#close());
    this.#cancelClose = cancel ?? null;
  }

  /** The browser calls it for `moveBefore()`, which moves the element without removing it. */
  connectedMoveCallback(): void {
    this.#onLocaleOrPlaceChanged();
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name === 'lang') return this.isConnected ? this.#onLocaleOrPlaceChanged() : undefined;
    const known = LATE_NAMES.get(name) ?? name;
    if (known === 'user-sig' && value === null) return;
    super.attributeChangedCallback(known, old, value);
    // Any script that reads the document could read a userSig in it.
    if (known === 'user-sig') super.removeAttribute(name);
  }

  /**
   * Clears a credential also if the document has no such attribute: the element removes `user-sig` itself, and
   * frameworks set properties.
   */
  override removeAttribute(name: string): void {
    super.removeAttribute(name);
    const property = CREDENTIALS.get(name.toLowerCase());
    if (property) this[property] = '';
  }

  protected override createRenderRoot(): HTMLElement | DocumentFragment {
    const root = super.createRenderRoot();
    root.append(this.#status, this.#idle);
    return root;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('contacts')) return;
    this.contacts = contactList(this.contacts, (error) => this.#report(error));
  }

  protected override update(changed: PropertyValues<this>): void {
    super.update(changed);
    this.#idle.hidden = this.#hasContent();
    if (this.#hasContent()) this.#lazyView.load();
    this.#lazyView.view?.draw();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!this.#session) return;
    const { engine } = this.#session.dependencies;
    if (SIGN_IN_ATTRIBUTES.some((name) => changed.has(name))) this.#signIn.update(engine, this);
    if (changed.has('resolution')) this.#limitVideo();
    this.applyEffects(engine, changed);
    // A change of the layout ends the pin.
    if (changed.has('layout')) this.pinned = null;
    this.#session.sound(this, this.customRinging);
  }

  /** Settles after the lazy chunk of the view has loaded and rendered. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const complete = await super.getUpdateComplete();
    const { loading } = this.#lazyView;
    return loading === null ? complete : loading.then(() => this.getUpdateComplete());
  }

  /**
   * Minimises the call to a pill, or restores it. Never rejects.
   *
   * @param on - `true` minimises, `false` restores
   */
  async minimise(on: boolean): Promise<void> {
    this.#setMinimised(on);
  }

  /**
   * Shows a member large in a group call, as the Pin button does. null ends it. Without such a member it does nothing.
   * Never rejects.
   *
   * @param userId - the member; null for none
   */
  async pin(userId: string | null): Promise<void> {
    this.pinned = userId === null ? null : `camera:${userId}`;
  }

  /**
   * Silences calls in all tabs of this browser: they show their card without sound, vibration and notification. The
   * caller sees no difference. Ends by itself.
   *
   * @param until - when it ends; null ends it at once
   * @throws {CallError} not-initialized | invalid-parameter
   */
  async setDoNotDisturb(until: Date | null): Promise<void> {
    this.engine();
    if (until !== null && !(until instanceof Date && until.getTime()))
      throw new CallError('invalid-parameter', 'until has to be a Date');
    this.#session?.doNotDisturb(until);
  }

  /**
   * Shows the window of the call in full screen, or leaves full screen. Browsers allow it only in a user gesture.
   * Without a call, or if the browser refuses, it does nothing. Never rejects.
   *
   * @param on - `true` enters full screen, `false` leaves it
   */
  async setFullscreen(on: boolean): Promise<void> {
    await this.#lazyView.view?.setFullscreen(on);
  }

  /** Creates the dependencies on the browser. A test overrides it with fakes. */
  protected createDependencies(): ElementDependencies {
    return browserDependencies();
  }

  protected override dependencies(): ElementDependencies {
    if (!this.#session) throw new CallError('not-initialized', 'the element is in no document');
    return this.#session.dependencies;
  }

  #open(): void {
    this.#session = new ElementSession(this.createDependencies(), {
      stateChanged: () => this.#onState(),
      notified: (notification) => this.#onNotified(notification),
      ringBlocked: (blocked) => (this.ringBlocked = blocked),
      previewed: (stream) => (this.preview = stream),
      surroundingsChanged: () => this.requestUpdate(),
    });
  }

  #close(): void {
    const session = this.#session;
    this.#session = null;
    this.#cancelClose = null;
    this.#signIn.forget();
    this.ringBlocked = false;
    this.#onState();
    session?.close().catch(() => undefined);
  }

  #viewInputs(): ViewInputs {
    const { failure, minimised, pinned, ringBlocked, preview } = this;
    const dependencies = this.#session?.dependencies;
    const { callId, waiting } = this.state;
    const isCustom = (id?: string | null): boolean =>
      this.customRinging !== '' && this.customRinging === id;
    return {
      ...{ dependencies, failure, minimised, pinned, ringBlocked, preview },
      customIncoming: isCustom(callId),
      customWaiting: isCustom(waiting?.callId),
    };
  }

  #setMinimised(on: boolean): void {
    if (on === this.minimised) return;
    this.minimised = on;
    const detail = { on };
    this.dispatchEvent(
      new CustomEvent('minimised-changed', { detail, bubbles: true, composed: true }),
    );
  }

  #hasContent(): boolean {
    const { phase, error, elsewhere, held } = this.state;
    return phase !== 'idle' || !!error || !!elsewhere || held.length > 0 || !!this.failure;
  }

  #onLocaleOrPlaceChanged(): void {
    // Cannot reject: messages that fail to load are replaced by the English ones.
    void this.#lazyView.view?.localeOrPlaceChanged();
  }

  #onState(): void {
    const { state } = this;
    const before = this.#lastState;
    if (state === before) return;
    this.#lastState = state;
    // An effect can fail while the call connects.
    const keepsFailure = state.phase === 'connected' && isEffectProblem(this.failure);
    if (state.error || (state.phase !== before.phase && !keepsFailure)) this.failure = null;
    if (state.phase === 'idle' || state.phase === 'incoming') this.#setMinimised(false);
    if (state.callId !== before.callId) this.pinned = null;
    if (state.userId !== before.userId) this.#limitVideo();
    this.requestUpdate();
    this.#lazyView.view?.changed();
    this.dispatchEvent(
      new CustomEvent('state-changed', { detail: state, bubbles: true, composed: true }),
    );
  }

  /** Passes `resolution` to the engine. The engine accepts it only while a user is signed in. */
  #limitVideo(): void {
    const { resolution, state } = this;
    if (!resolution || !state.userId) return;
    this.engine()
      .setVideoEncoderParams({ resolution })
      .catch((error: unknown) => this.#fail(error));
  }

  #onNotified(notification: Notification): void {
    if (notification.name === 'onEffectFailed') {
      const problem = this.effectFailed(notification.args[1]);
      if (this.state.phase !== 'idle') this.failure = problem;
    }
    const notPrevented = this.dispatchEvent(observerEvent(notification));
    if (!notPrevented) this.customRinging = notification.info.callId;
  }

  /** Emits `call-error` for what the page has set. */
  #report({ code, message }: CallError): void {
    this.#onNotified({ name: 'onError', args: [code, message], info: { callId: '' } });
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

/** The place for what the page shows without a call. */
function idleSlot(): HTMLSlotElement {
  return Object.assign(document.createElement('slot'), { name: 'idle' });
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call': TuiCall;
  }
}
