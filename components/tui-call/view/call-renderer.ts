import { adoptStyles, html, nothing, render, type LitElement, type TemplateResult } from 'lit';
import type { CallSnapshot, WaitingCall } from '../../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../../src/protocol/index.ts';
import { provideCallContext, type ViewSettings } from '../../shared/call-context.ts';
import { sameFields } from '../../shared/call-controller.ts';
import { lists, NOT_CUSTOMISED, type Customisation } from '../../shared/customisation.ts';
import type { Intent, TuiIntentEvent } from '../../shared/events.ts';
import { languageOf } from '../../shared/page-language.ts';
import { readPageAppearance, type PageAppearance } from '../../shared/page-appearance.ts';
import { namesOf, peersOf } from '../../shared/members.ts';
import { concernsUser } from '../../shared/concerns-user.ts';
import { callMessagesOf } from '../../shared/lazy-messages-controller.ts';
import { directionOf, loadMessages } from '../../messages/load-messages.ts';
import { coreMessages, type CoreMessages } from '../../messages/core.ts';
import { shared } from '../../styles/shared.ts';
import { tokens } from '../../styles/tokens.ts';
import { announcement } from './announcement.ts';
import { callAnnouncement } from './call-announcement.ts';
import { callScreens } from './screens/call-screens.ts';
import {
  effectElements,
  menuElements,
  otherCallElements,
  peopleElements,
  pillElements,
  problemElements,
} from './lazy-elements.ts';
import { dispatchIntent } from './dispatch-intent.ts';
import { FloatingWindow } from './floating-window.ts';
import { customisationOf, fillRegions, regionSlot, stageSlots } from './page-regions.ts';
import { windowHandle } from './window-handle.ts';
import { TopLayer } from './top-layer.ts';
import type { ViewHost } from './view-host.ts';
import { ElementCallContext } from './element-call-context.ts';
import { FocusController } from './focus-controller.ts';
import { hostStyles } from './host.styles.ts';
import { IDLE_SNAPSHOT } from '../session/idle-snapshot.ts';
import { register } from '../../shared/register.ts';
import { LazyCustomisation } from './lazy-customisation.ts';
import { otherCalls } from './other-calls.ts';
import { requestContacts } from './request-contacts.ts';
import { ringAlertOf, systemCallOf } from './system-call.ts';
import { StageDelay } from './stage-delay.ts';
import { screenOf, type Screen } from './screen.ts';
import { styles } from './tui-call.styles.ts';
import { setPageTitle } from './page-title.ts';
import { viewSettings } from './view-settings.ts';

/**
 * Renders `<tui-call>`: selects the screen, the messages and the focus. Renders into the element's root
 * within the updates of the element, and holds no state of the call. It is created at the first call and
 * exists as long as the element.
 */
export class CallRenderer {
  readonly #host: ViewHost;
  readonly #context: ElementCallContext;
  readonly #focus: FocusController;
  readonly #topLayer: TopLayer;
  #appearance: PageAppearance = { systemTheme: true, systemFont: false };
  #messages: CoreMessages = coreMessages;
  /** The messages of the language, without the words of the page. */
  #languageMessages: CoreMessages = coreMessages;
  readonly #window: FloatingWindow;
  #custom: Customisation = NOT_CUSTOMISED;
  readonly #words = new LazyCustomisation(() => this.#host.element.requestUpdate());
  #language = '';
  #lastState: CallSnapshot = IDLE_SNAPSHOT;
  #screen: Screen = 'none';
  /** True while a call rings and the browser blocks its sound. */
  #soundBlocked = false;
  readonly #stageDelay = new StageDelay();

  constructor(host: ViewHost) {
    const { element } = host;
    register(callScreens);
    this.#host = host;
    this.#topLayer = new TopLayer(element, () => this.#shown()?.focus());
    this.#focus = new FocusController(element, () => this.#topLayer.unblock());
    this.#window = new FloatingWindow(
      () => host.inputs().dependencies?.storage,
      () => element.requestUpdate(),
    );
    this.#context = new ElementCallContext(() => host.inputs().dependencies, this.#settings());
    provideCallContext(element, this.#context);
    if (element.renderRoot instanceof ShadowRoot) {
      adoptStyles(element.renderRoot, [hostStyles, shared, tokens, styles]);
    }
    host.status.className = 'unseen';
    // The page may add and remove its own regions at any time. Ends with the element.
    new MutationObserver(() => element.requestUpdate()).observe(element, {
      childList: true,
      subtree: true,
      attributeFilter: ['slot'],
    });
  }

  /** Reads theme, font and language of the element's place. Settles when the messages have loaded. */
  async localeOrPlaceChanged(): Promise<void> {
    const { element } = this.#host;
    this.#appearance = readPageAppearance(element);
    const language = (this.#language = languageOf(element));
    const messages = await loadMessages(language);
    if (this.#language !== language) return;
    this.#languageMessages = messages;
    await this.#words.load(element);
    element.requestUpdate();
  }

  /** Renders the current state. The element calls it within each of its updates. */
  draw(): void {
    const { element } = this.#host;
    this.#customise();
    const before = this.#screen;
    const next = screenOf(element.state, this.#host.inputs());
    if (this.#defersStage(next)) return;
    this.#focus.remember();
    this.#announce(element.state);
    this.#context.view = this.#settings();
    this.#context.changed();
    this.#screen = next;
    if (before !== this.#screen) this.#focus.leave(before);
    render(this.#render(), element.renderRoot, { host: element });
    this.#window.apply(this.#shownWindow(), element.mode === 'floating');
    this.#host.preview(this.#screen === 'incoming' && element.state.mediaType === 'video');
    this.#host.showInSystem(systemCallOf(element.state, this.#messages));
    const dialog = element.renderRoot.querySelector('dialog');
    if (dialog) this.#topLayer.update(dialog, element.mode === 'inline');
    const shown = this.#shown();
    this.#notifyRing(shown);
    if (before === this.#screen) void this.#focus.recover(shown);
    else {
      this.#topLayer.raise();
      void this.#focus.enter(before, shown);
    }
  }

  /** Passes a new state to the components at once, before the next update of the element. */
  changed(): void {
    this.#focus.remember();
    this.#announce(this.#host.element.state);
    this.#context.changed();
  }

  async setFullscreen(on: boolean): Promise<void> {
    const { renderRoot } = this.#host.element;
    // The browser itself reports a refusal to the user.
    const refused = (): void => undefined;
    if (on) await renderRoot.querySelector('.window')?.requestFullscreen().catch(refused);
    // The page may show another element in full screen, which must stay.
    else if (this.#isFullscreen()) await document.exitFullscreen().catch(refused);
  }

  /** Names a ring in the page's title if it is not heard, and outside of the page too if it is not seen. */
  #notifyRing(shown: LitElement | null): void {
    const { state } = this.#host.element;
    const isUnseen = this.#screen === 'incoming' && (document.hidden || !shown?.checkVisibility());
    const text = announcement(IDLE_SNAPSHOT, state, this.#messages);
    setPageTitle(this, this.#soundBlocked || isUnseen ? text : '');
    this.#host.alert(isUnseen ? ringAlertOf(state, this.#messages) : null);
  }

  #shown(): LitElement | null {
    return this.#host.element.renderRoot.querySelector<LitElement>('[data-screen]');
  }

  /** True if a later update renders the stage of an accepted call. */
  #defersStage(next: Screen): boolean {
    const { element } = this.#host;
    const answered = this.#screen === 'incoming' && next === 'stage';
    const isConnecting = answered && element.state.phase === 'connecting';
    return this.#stageDelay.defers(isConnecting, this.#wait, () => element.requestUpdate());
  }

  #render(): TemplateResult {
    const { element } = this.#host;
    const { preview } = this.#host.inputs();
    const problem = this.#problem();
    // While there is a network: the next error may be its loss.
    if (element.state.phase === 'ended') problemElements.load(this.#wait);
    const names = namesOf(peersOf(element.state), this.#messages);
    const inWindow = this.#screen === 'outgoing' || this.#screen === 'stage';
    const themeClasses = `${this.#appearance.systemTheme ? 'system-theme' : ''} ${this.#appearance.systemFont ? 'system-font' : ''}`;
    return html`<div
      class="base ${themeClasses}"
      dir=${directionOf(this.#language) ?? nothing}
      lang=${this.#shownLanguage()}
      @tui-intent=${(event: TuiIntentEvent) => this.#onIntent(event)}
      @fullscreenchange=${() => element.requestUpdate()}
    >
      <dialog aria-label=${this.#messages.callWith(names)}>
        <div class="layer" popover="manual">
          ${inWindow ? this.#renderWindow(problem) : nothing}
          <div class="corner top">
            ${
              this.#screen === 'incoming'
                ? html`<tui-call-incoming
                    data-screen
                    exportparts="card"
                    ?compact=${element.mode === 'inline'}
                    .preview=${preview}
                    >${regionSlot(this.#custom.slots, 'incoming')}</tui-call-incoming
                  >`
                : nothing
            }
          </div>
          <div class="corner bottom ${this.#corner()}">
            ${inWindow ? nothing : this.#renderOtherCalls()}
            ${problem && !inWindow ? this.#renderNotice(problem) : nothing} ${this.#renderSmall()}
          </div>
        </div>
      </dialog>
    </div>`;
  }

  /** The screens that are not in a window. */
  #renderSmall(): TemplateResult | typeof nothing {
    if (this.#screen === 'ending')
      return html`<tui-call-notice data-screen exportparts="card"
        >${regionSlot(this.#custom.slots, 'ended')}</tui-call-notice
      >`;
    if (this.#screen !== 'pill') return nothing;
    pillElements.load(this.#wait);
    // The button is visible only while the chunk of tui-call-pill has not loaded.
    return html`<tui-call-pill data-screen exportparts="pill"
      ><button type="button" @click=${() => void this.#host.element.minimise(false)}>
        ${callMessagesOf(this.#messages).backToCall}
      </button></tui-call-pill
    >`;
  }

  #renderWindow(problem: ErrorShape | null): TemplateResult {
    return html`<div
      class="window ${this.#host.element.state.isGroup ? 'group' : ''} ${this.#corner()}"
      part="window"
      @pointerenter=${() => this.#window.use(() => undefined)}
      @pointerdown=${(event: GrabEvent) => this.#onGrab(event)}
    >
      ${
        this.#screen === 'stage'
          ? html`<tui-call-stage
              data-screen
              exportparts="stage, header, controls, button, tile, video, plate, background"
              ><slot name="controls" slot="controls"></slot
              >${stageSlots(this.#custom.slots)}</tui-call-stage
            >`
          : html`<tui-call-outgoing data-screen exportparts="stage, controls, button, background"
              >${stageSlots(this.#custom.slots)}</tui-call-outgoing
            >`
      }
      <div class="above ${(problem ?? this.#waiting()) ? 'asks' : ''}">
        ${this.#renderOtherCalls()} ${problem ? this.#renderNotice(problem) : nothing}
      </div>
      ${this.#isFloating() ? windowHandle(this.#window, callMessagesOf(this.#messages).moveWindow) : nothing}
    </div>`;
  }

  /** Reads what the page has changed, and gives its own regions the state they need. */
  #customise(): void {
    const { element } = this.#host;
    this.#words.load(element).catch(() => undefined);
    this.#messages = this.#words.messages(this.#languageMessages);
    const next = customisationOf(element, fillRegions(element), this.#words.icons);
    if (!sameFields(this.#custom, next)) this.#custom = next;
  }

  #renderNotice(problem: ErrorShape): TemplateResult {
    problemElements.load(this.#wait);
    if ('effectReason' in problem) {
      effectElements.load(this.#wait);
      return html`<tui-call-effect-notice
        exportparts="card"
        .error=${problem}
      ></tui-call-effect-notice>`;
    }
    return html`<tui-call-problem exportparts="card" .error=${problem}></tui-call-problem>`;
  }

  /** Waiting calls, held calls and a call on another device. Their lazy chunk loads when needed. */
  #renderOtherCalls(): TemplateResult | typeof nothing {
    const { held, elsewhere } = this.#host.element.state;
    const calls = [this.#waiting(), ...held, elsewhere].filter((call) => call !== null);
    if (calls.length === 0) return nothing;
    otherCallElements.load(this.#wait);
    const failedText = callMessagesOf(this.#messages).partFailed;
    return otherCalls(calls, failedText, this.#host.inputs().customWaiting);
  }

  /** The waiting call, unless the page shows it itself. */
  #waiting(): WaitingCall | null {
    return this.#host.inputs().customWaiting ? null : this.#host.element.state.waiting;
  }

  #shownLanguage(): string {
    return this.#languageMessages === coreMessages ? 'en' : this.#language;
  }

  /** Writes changes into the live region. A text stays there until the next one replaces it. */
  #announce(state: CallSnapshot): void {
    const before = this.#lastState;
    const soundBlocked = state.phase === 'incoming' && this.#host.inputs().ringBlocked;
    const isSilentNow = soundBlocked && !this.#soundBlocked;
    this.#soundBlocked = soundBlocked;
    if (state === before && !isSilentNow) return;
    this.#lastState = state;
    const texts = [announcement, callAnnouncement].map((describe) =>
      describe(before, state, this.#messages),
    );
    if (isSilentNow) texts.push(this.#messages.ringBlocked);
    const { status } = this.#host;
    const now = texts.filter(Boolean).join(' ');
    if (!now && state.phase !== 'idle') return;
    status.textContent = now;
    status.lang = this.#shownLanguage();
  }

  #settings(): ViewSettings {
    const { element } = this.#host;
    const { layout, fillMode, contacts, mode, server, backgrounds } = element;
    const { dependencies, ringBlocked, pinned } = this.#host.inputs();
    return viewSettings(
      {
        ...{ layout, fillMode, contacts, ringBlocked, pinned, mode, server, backgrounds },
        messages: this.#messages,
        custom: this.#custom,
        effects: dependencies?.engine.effects ?? element,
        inFullscreen: this.#isFullscreen(),
      },
      dependencies,
    );
  }

  /** The error to show, if it concerns the user. The stage itself shows a lost connection during a call. */
  #problem(): ErrorShape | null {
    const { state } = this.#host.element;
    const error = state.error ?? this.#host.inputs().failure;
    if (!error || (error.name === 'signaling-failed' && state.phase === 'reconnecting'))
      return null;
    return concernsUser(error) ? error : null;
  }

  /** Performs an intent after its event has reached all listeners, unless one of them prevented it. */
  #onIntent(event: TuiIntentEvent): void {
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      this.#host.intentFinished(null);
      this.#prepare(event.intent);
      dispatchIntent(event.intent, this.#host.element).catch((error: unknown) =>
        this.#host.intentFinished(error),
      );
    });
  }

  readonly #wait = (ms: number, callback: () => void): void => {
    this.#host.inputs().dependencies?.after(ms, callback);
  };

  #onGrab(event: GrabEvent): void {
    const [path, moving] = [event.composedPath(), event.currentTarget];
    if (this.#isFloating()) this.#window.use((moves) => moves.drag(event, path, moving));
  }

  #isFloating(): boolean {
    return this.#host.element.mode === 'floating' && !this.#isFullscreen();
  }

  #shownWindow(): HTMLElement | null {
    return this.#host.element.renderRoot.querySelector<HTMLElement>('.window');
  }

  #corner(): string {
    return this.#host.element.mode === 'floating' ? this.#window.corner : '';
  }

  /** Loads the menus and the people panel, and requests contacts for the people panel and the call menu. */
  #prepare(intent: Intent): void {
    const { type } = intent;
    if (intent.type === 'pin') return this.#host.pinTile(intent.tile);
    if (type === 'people') peopleElements.load(this.#wait);
    if (type === 'list-devices') menuElements.load(this.#wait);
    if (type === 'effects-menu') effectElements.load(this.#wait);
    if (type !== 'people' && type !== 'list-devices') return;
    const { element } = this.#host;
    if (element.contacts === null && !lists(this.#custom.hiddenButtons, 'invite'))
      requestContacts(element);
  }

  /** Reads the document each time: a window that is removed leaves full screen without an event. */
  #isFullscreen(): boolean {
    return !!this.#host.element.shadowRoot?.fullscreenElement;
  }
}

type GrabEvent = PointerEvent & { readonly currentTarget: HTMLElement };
