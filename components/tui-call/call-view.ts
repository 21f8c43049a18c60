import { adoptStyles, html, nothing, render, type LitElement, type TemplateResult } from 'lit';
import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { provideScene, type Contact, type ViewSettings } from '../call-context.ts';
import type { Intent, TuiIntentEvent } from '../events.ts';
import { languageOf } from '../page-language.ts';
import { lookOf, type PageLook } from '../page-look.ts';
import { safeName } from '../names.ts';
import { problemOf } from '../problem.ts';
import { allWords } from '../stage-controller.ts';
import { directionOf, loadWords } from '../strings.ts';
import { enFirst, type FirstWords } from '../strings/en-first.ts';
import { shared } from '../styles/shared.ts';
import { tokens } from '../styles/tokens.ts';
import { announcement } from './announcement.ts';
import { callAnnouncement } from './call-announcement.ts';
import { callScreens } from './call-screens.ts';
import { asidePart, peoplePart } from './rare-screens.ts';
import { carryOut } from './carry-out.ts';
import { drag } from './drag.ts';
import type { Drawable } from './drawable.ts';
import { ElementScene } from './element-scene.ts';
import { FocusKeeper } from './focus-keeper.ts';
import { hostStyles } from './host.styles.ts';
import { IDLE } from './idle.ts';
import { register } from './register.ts';
import { screenOf, type Screen } from './screen.ts';
import { styles } from './tui-call.styles.ts';
import { entitle } from './unheard-ring.ts';
import { viewOf } from './view-of.ts';

/**
 * Drawing the stage takes some 40 ms. Begun at the tap, it would hold up the server's answer and the first
 * words to the media server, and with them the first picture; this much later nobody sees it.
 */
const STAGE_WAITS_MS = 60;

/**
 * How `<tui-call>` looks: which screen of a call is shown, in which words, and where the focus goes.
 * Draws into the element's root within the element's own updates; owns nothing of the call. Lives as
 * long as the element, from the first ring or call on.
 */
export class CallView {
  readonly #drawable: Drawable;
  readonly #scene: ElementScene;
  readonly #focus: FocusKeeper;
  #look: PageLook = { systemTheme: true, systemFont: false };
  #words: FirstWords = enFirst;
  #language = '';
  #known: CallSnapshot = IDLE;
  #screen: Screen = 'none';
  /** The browser keeps the sound of the ring back. */
  #unheard = false;
  /** When it is drawn after an answer. */
  #stage: 'at once' | 'soon' | 'due' = 'at once';

  constructor(drawable: Drawable) {
    const { element } = drawable;
    register(callScreens);
    this.#drawable = drawable;
    this.#focus = new FocusKeeper(element);
    this.#scene = new ElementScene(() => drawable.drawing().parts, this.#settings());
    provideScene(element, this.#scene);
    if (element.renderRoot instanceof ShadowRoot) {
      adoptStyles(element.renderRoot, [hostStyles, shared, tokens, styles]);
    }
    drawable.status.className = 'unseen';
  }

  /** The element stands in another place, or its language is another one. Settles with the words. */
  async placed(): Promise<void> {
    const { element } = this.#drawable;
    this.#look = lookOf(element);
    const language = (this.#language = languageOf(element));
    const words = await loadWords(language);
    if (this.#language !== language) return;
    this.#words = words;
    element.requestUpdate();
  }

  /** To be called within each update of the element. */
  draw(): void {
    const { element } = this.#drawable;
    const before = this.#screen;
    const next = screenOf(element.state, this.#drawable.drawing());
    if (this.#waitsForAnswer(next)) return;
    this.#focus.note();
    this.#hear(element.state);
    this.#scene.view = this.#settings();
    this.#scene.changed();
    this.#screen = next;
    if (before !== this.#screen) this.#focus.leave(before);
    render(this.#render(), element.renderRoot, { host: element });
    entitle(this, this.#unheard ? announcement(IDLE, element.state, this.#words) : '');
    this.#drawable.preview(this.#screen === 'incoming' && element.state.mediaType === 'video');
    const shown = element.renderRoot.querySelector<LitElement>('[data-screen]');
    if (before !== this.#screen) void this.#focus.arrive(before, shown);
    else void this.#focus.recover(shown);
  }

  /** At once: what is drawn inside must not wait for the element. */
  changed(): void {
    this.#focus.note();
    this.#hear(this.#drawable.element.state);
    this.#scene.changed();
  }

  async setFullscreen(on: boolean): Promise<void> {
    const { renderRoot } = this.#drawable.element;
    // A browser that refuses it has said so itself.
    const refused = (): void => undefined;
    if (on) await renderRoot.querySelector('.window')?.requestFullscreen().catch(refused);
    // The page may show something of its own.
    else if (this.#fillsScreen()) await document.exitFullscreen().catch(refused);
  }

  /** Whether the stage that an answer brings is left for a later update: see STAGE_WAITS_MS. */
  #waitsForAnswer(next: Screen): boolean {
    const { element } = this.#drawable;
    const answered = this.#screen === 'incoming' && next === 'stage';
    if (!answered || element.state.phase !== 'connecting' || this.#stage === 'due') {
      this.#stage = 'at once';
      return false;
    }
    if (this.#stage === 'at once') {
      this.#stage = 'soon';
      this.#wait(STAGE_WAITS_MS, () => {
        this.#stage = 'due';
        element.requestUpdate();
      });
    }
    return true;
  }

  #render(): TemplateResult {
    const { element } = this.#drawable;
    const { preview } = this.#drawable.drawing();
    const problem = this.#problem();
    const inWindow = this.#screen === 'outgoing' || this.#screen === 'stage';
    const look = `${this.#look.systemTheme ? 'system-theme' : ''} ${this.#look.systemFont ? 'system-font' : ''}`;
    return html`<div
      class="base ${look}"
      dir=${directionOf(this.#language) ?? nothing}
      lang=${this.#shownLanguage()}
      @tui-intent=${(event: TuiIntentEvent) => this.#onIntent(event)}
      @fullscreenchange=${() => element.requestUpdate()}
    >
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
        ${inWindow ? nothing : this.#renderAside()}
        ${problem && !inWindow ? this.#renderNotice(problem) : nothing}
        ${this.#screen === 'ending' ? html`<tui-call-notice data-screen exportparts="card"></tui-call-notice>` : nothing}
        ${this.#screen === 'pill' ? html`<tui-call-pill data-screen exportparts="pill"></tui-call-pill>` : nothing}
      </div>
    </div>`;
  }

  #renderWindow(problem: ErrorShape | null): TemplateResult {
    return html`<div
      class="window ${this.#drawable.element.state.isGroup ? 'group' : ''}"
      part="window"
      @pointerdown=${(event: Grab) => this.#onGrab(event)}
    >
      ${
        this.#screen === 'stage'
          ? html`<tui-call-stage data-screen exportparts="stage, header, controls"
              ><slot name="controls" slot="controls"></slot
            ></tui-call-stage>`
          : html`<tui-call-outgoing data-screen exportparts="stage, controls"></tui-call-outgoing>`
      }
      <div class="above">
        ${this.#renderAside()} ${problem ? this.#renderNotice(problem) : nothing}
      </div>
    </div>`;
  }

  #renderNotice(problem: ErrorShape): TemplateResult {
    return html`<tui-call-notice exportparts="card" .error=${problem}></tui-call-notice>`;
  }

  /** Calls beside the one on the screen; few have any, so their code comes when they do. */
  #renderAside(): TemplateResult | typeof nothing {
    const { held, elsewhere, ...state } = this.#drawable.element.state;
    const { hostDrawsWaiting } = this.#drawable.drawing();
    const waiting = hostDrawsWaiting ? null : state.waiting;
    if (!waiting && !held.length && !elsewhere) return nothing;
    asidePart.load(this.#wait);
    // Seen only where the code of that element does not come.
    const said = allWords(this.#words).partFailed;
    const who = [waiting, ...held, elsewhere].map((call) => safeName(call?.name ?? ''));
    return html`<tui-call-aside exportparts="card, strip" ?without-waiting=${hostDrawsWaiting}
      ><p class="late">${who.filter(Boolean).join(', ')}: ${said}</p></tui-call-aside
    >`;
  }

  #shownLanguage(): string {
    return this.#words === enFirst ? 'en' : this.#language;
  }

  /** Says what is new. What is said stays until something else is. */
  #hear(state: CallSnapshot): void {
    const before = this.#known;
    const unheard = state.phase === 'incoming' && this.#drawable.drawing().ringBlocked;
    const isSilentNow = unheard && !this.#unheard;
    this.#unheard = unheard;
    if (state === before && !isSilentNow) return;
    this.#known = state;
    const said = [announcement, callAnnouncement].map((tell) => tell(before, state, this.#words));
    if (isSilentNow) said.push(this.#words.ringBlocked);
    const { status } = this.#drawable;
    const now = said.filter(Boolean).join(' ');
    if (!now && state.phase !== 'idle') return;
    status.textContent = now;
    status.lang = this.#shownLanguage();
  }

  #settings(): ViewSettings {
    const { layout, fillMode, contacts, mode, server } = this.#drawable.element;
    const { parts, ringBlocked } = this.#drawable.drawing();
    return viewOf(
      {
        words: this.#words,
        layout,
        fillMode,
        contacts,
        ringBlocked,
        mode,
        server,
        inFullscreen: this.#fillsScreen(),
      },
      parts,
    );
  }

  /** What the person has to be told, if it is theirs to know; a lost connection in a call has its own line. */
  #problem(): ErrorShape | null {
    const { state } = this.#drawable.element;
    const error = state.error ?? this.#drawable.drawing().failure;
    if (!error || (error.name === 'signaling-failed' && state.phase === 'reconnecting'))
      return null;
    return problemOf(error, state, this.#scene.view.online) ? error : null;
  }

  /** The page may stop a wish on its way up: carried out when everybody has seen it. */
  #onIntent(event: TuiIntentEvent): void {
    queueMicrotask(() => {
      if (event.defaultPrevented) return;
      this.#drawable.wished(null);
      this.#prepare(event.intent);
      carryOut(event.intent, this.#drawable.element).catch((error: unknown) =>
        this.#drawable.wished(error),
      );
    });
  }

  readonly #wait = (ms: number, callback: () => void): void => {
    this.#drawable.drawing().parts?.after(ms, callback);
  };

  #onGrab(event: Grab): void {
    if (this.#drawable.element.mode === 'floating') drag(event, event.currentTarget);
  }

  /** What a menu or a panel that is about to be shown needs; both offer to add people where there are some. */
  #prepare({ type }: Intent): void {
    if (type === 'people') peoplePart.load(this.#wait);
    if (type !== 'people' && type !== 'list-devices') return;
    const { element } = this.#drawable;
    if (element.contacts !== null) return;
    const respond = (contacts: readonly Contact[]): void => void (element.contacts = contacts);
    const detail = { callId: element.state.callId ?? '', respond };
    element.dispatchEvent(
      new CustomEvent('contacts-requested', { detail, bubbles: true, composed: true }),
    );
  }

  /** Asked each time: a window that goes with its call leaves full screen without telling it. */
  #fillsScreen(): boolean {
    return !!this.#drawable.element.shadowRoot?.fullscreenElement;
  }
}

type Grab = PointerEvent & { readonly currentTarget: HTMLElement };
