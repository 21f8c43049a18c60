import { adoptStyles, html, nothing, render, type LitElement, type TemplateResult } from 'lit';
import type { CallSnapshot, WaitingCall } from '../../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../../src/protocol/index.ts';
import { provideCallContext, type Contact, type ViewSettings } from '../../shared/call-context.ts';
import type { Intent, TuiIntentEvent } from '../../shared/events.ts';
import { languageOf } from '../../shared/page-language.ts';
import { readPageAppearance, type PageAppearance } from '../../shared/page-appearance.ts';
import { namesOf, peersOf } from '../../shared/members.ts';
import { safeName } from '../../shared/names.ts';
import { problemOf } from '../../shared/problem.ts';
import { fullMessages } from '../../shared/lazy-messages-controller.ts';
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
} from './lazy-elements.ts';
import { dispatchIntent } from './dispatch-intent.ts';
import { drag } from './drag.ts';
import { TopLayer } from './top-layer.ts';
import type { ViewHost } from './view-host.ts';
import { ElementCallContext } from './element-call-context.ts';
import { FocusController } from './focus-controller.ts';
import { hostStyles } from './host.styles.ts';
import { IDLE_SNAPSHOT } from '../session/idle-snapshot.ts';
import { register } from '../../shared/register.ts';
import { screenOf, type Screen } from './screen.ts';
import { styles } from './tui-call.styles.ts';
import { setPageTitle } from './page-title.ts';
import { RingNotification } from './ring-notification.ts';
import { viewSettings } from './view-settings.ts';

/**
 * Delay of the stage after an accept, in milliseconds. Rendering the stage takes about 40 ms. Without the delay it
 * blocks the acknowledgement and the connection to the media server, and so the first video frame. Users do not notice
 * the delay.
 */
const STAGE_DELAY_MS = 60;

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
  readonly #notification = new RingNotification();
  #appearance: PageAppearance = { systemTheme: true, systemFont: false };
  #messages: CoreMessages = coreMessages;
  #language = '';
  #lastState: CallSnapshot = IDLE_SNAPSHOT;
  #screen: Screen = 'none';
  /** True while a call rings and the browser blocks its sound. */
  #soundBlocked = false;
  /** When the stage is rendered after an accept: see STAGE_DELAY_MS. */
  #stage: 'at once' | 'soon' | 'due' = 'at once';

  constructor(host: ViewHost) {
    const { element } = host;
    register(callScreens);
    this.#host = host;
    this.#topLayer = new TopLayer(element, () => this.#shown()?.focus());
    this.#focus = new FocusController(element, () => this.#topLayer.unblock());
    this.#context = new ElementCallContext(() => host.inputs().dependencies, this.#settings());
    provideCallContext(element, this.#context);
    if (element.renderRoot instanceof ShadowRoot) {
      adoptStyles(element.renderRoot, [hostStyles, shared, tokens, styles]);
    }
    host.status.className = 'unseen';
  }

  /** Reads theme, font and language of the element's place. Settles when the messages have loaded. */
  async localeOrPlaceChanged(): Promise<void> {
    const { element } = this.#host;
    this.#appearance = readPageAppearance(element);
    const language = (this.#language = languageOf(element));
    const messages = await loadMessages(language);
    if (this.#language !== language) return;
    this.#messages = messages;
    element.requestUpdate();
  }

  /** Renders the current state. The element calls it within each of its updates. */
  draw(): void {
    const { element } = this.#host;
    const before = this.#screen;
    const next = screenOf(element.state, this.#host.inputs());
    if (this.#defersStage(next)) return;
    this.#focus.remember();
    this.#announce(element.state);
    this.#context.view = this.#settings();
    this.#context.changed();
    if (next === 'pill') pillElements.load(this.#wait);
    this.#screen = next;
    if (before !== this.#screen) this.#focus.leave(before);
    render(this.#render(), element.renderRoot, { host: element });
    this.#host.preview(this.#screen === 'incoming' && element.state.mediaType === 'video');
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

  /** Names a ring in the page's title if it is not heard, and in a notification too if it is not seen. */
  #notifyRing(shown: LitElement | null): void {
    const isUnseen = this.#screen === 'incoming' && !shown?.checkVisibility();
    const text = announcement(IDLE_SNAPSHOT, this.#host.element.state, this.#messages);
    setPageTitle(this, this.#soundBlocked || isUnseen ? text : '');
    this.#notification.update(isUnseen ? text : '');
  }

  #shown(): LitElement | null {
    return this.#host.element.renderRoot.querySelector<LitElement>('[data-screen]');
  }

  /** True if a later update renders the stage of an accepted call: see STAGE_DELAY_MS. */
  #defersStage(next: Screen): boolean {
    const { element } = this.#host;
    const answered = this.#screen === 'incoming' && next === 'stage';
    if (!answered || element.state.phase !== 'connecting' || this.#stage === 'due') {
      this.#stage = 'at once';
      return false;
    }
    if (this.#stage === 'at once') {
      this.#stage = 'soon';
      this.#wait(STAGE_DELAY_MS, () => {
        this.#stage = 'due';
        element.requestUpdate();
      });
    }
    return true;
  }

  #render(): TemplateResult {
    const { element } = this.#host;
    const { preview } = this.#host.inputs();
    const problem = this.#problem();
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
                  ></tui-call-incoming>`
                : nothing
            }
          </div>
          <div class="corner bottom">
            ${inWindow ? nothing : this.#renderOtherCalls()}
            ${problem && !inWindow ? this.#renderNotice(problem) : nothing}
            ${this.#screen === 'ending' ? html`<tui-call-notice data-screen exportparts="card"></tui-call-notice>` : nothing}
            ${this.#screen === 'pill' ? html`<tui-call-pill data-screen exportparts="pill"></tui-call-pill>` : nothing}
          </div>
        </div>
      </dialog>
    </div>`;
  }

  #renderWindow(problem: ErrorShape | null): TemplateResult {
    return html`<div
      class="window ${this.#host.element.state.isGroup ? 'group' : ''}"
      part="window"
      @pointerdown=${(event: GrabEvent) => this.#onGrab(event)}
    >
      ${
        this.#screen === 'stage'
          ? html`<tui-call-stage data-screen exportparts="stage, header, controls"
              ><slot name="controls" slot="controls"></slot
            ></tui-call-stage>`
          : html`<tui-call-outgoing data-screen exportparts="stage, controls"></tui-call-outgoing>`
      }
      <div class="above ${(problem ?? this.#waiting()) ? 'asks' : ''}">
        ${this.#renderOtherCalls()} ${problem ? this.#renderNotice(problem) : nothing}
      </div>
    </div>`;
  }

  #renderNotice(problem: ErrorShape): TemplateResult {
    if ('effectReason' in problem) {
      effectElements.load(this.#wait);
      return html`<tui-call-effect-notice
        exportparts="card"
        .error=${problem}
      ></tui-call-effect-notice>`;
    }
    return html`<tui-call-notice exportparts="card" .error=${problem}></tui-call-notice>`;
  }

  /** Renders waiting calls, held calls and a call on another device. Their lazy chunk loads when needed. */
  #renderOtherCalls(): TemplateResult | typeof nothing {
    const { held, elsewhere } = this.#host.element.state;
    const { customWaiting } = this.#host.inputs();
    const waiting = this.#waiting();
    if (!waiting && !held.length && !elsewhere) return nothing;
    otherCallElements.load(this.#wait);
    // Visible only while the chunk of tui-call-aside has not loaded.
    const failedText = fullMessages(this.#messages).partFailed;
    const names = [waiting, ...held, elsewhere].map((call) => safeName(call?.name ?? ''));
    return html`<tui-call-aside exportparts="card, strip" ?without-waiting=${customWaiting}
      ><p class="late">${names.filter(Boolean).join(', ')}: ${failedText}</p></tui-call-aside
    >`;
  }

  /** The waiting call, unless the page shows it itself. */
  #waiting(): WaitingCall | null {
    return this.#host.inputs().customWaiting ? null : this.#host.element.state.waiting;
  }

  #shownLanguage(): string {
    return this.#messages === coreMessages ? 'en' : this.#language;
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
    const { layout, fillMode, contacts, mode, server, backgrounds } = this.#host.element;
    const { dependencies, ringBlocked } = this.#host.inputs();
    return viewSettings(
      {
        messages: this.#messages,
        layout,
        fillMode,
        contacts,
        effects: dependencies?.engine.effects ?? this.#host.element,
        backgrounds,
        ringBlocked,
        mode,
        server,
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
    return problemOf(error, state, this.#context.view.online) ? error : null;
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
    if (this.#host.element.mode === 'floating') drag(event, event.currentTarget);
  }

  /** Loads the menus and the people panel, and requests contacts for the people panel and the call menu. */
  #prepare({ type }: Intent): void {
    if (type === 'list-devices') menuElements.load(this.#wait);
    if (type === 'people') peopleElements.load(this.#wait);
    if (type === 'effects-menu') effectElements.load(this.#wait);
    if (type !== 'people' && type !== 'list-devices') return;
    const { element } = this.#host;
    if (element.contacts !== null) return;
    const respond = (contacts: readonly Contact[]): void => void (element.contacts = contacts);
    const detail = { callId: element.state.callId ?? '', respond };
    element.dispatchEvent(
      new CustomEvent('contacts-requested', { detail, bubbles: true, composed: true }),
    );
  }

  /** Reads the document each time: a window that is removed leaves full screen without an event. */
  #isFullscreen(): boolean {
    return !!this.#host.element.shadowRoot?.fullscreenElement;
  }
}

type GrabEvent = PointerEvent & { readonly currentTarget: HTMLElement };
