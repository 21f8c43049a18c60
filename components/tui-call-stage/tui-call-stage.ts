import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { backgroundPicture } from '../shared/background-picture.ts';
import { ClockController } from '../shared/clock-controller.ts';
import { lists } from '../shared/customisation.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { isPresent, namesOf, othersOf, peersOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { networkBars, networkOf, type Network } from '../shared/network-bars.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { microphoneOffIcon } from '../shared/icons.ts';
import {
  exitFullscreenIcon,
  fullscreenIcon,
  gridIcon,
  minimiseIcon,
  peopleIcon,
  speakerViewIcon,
} from '../shared/call-icons.ts';
import { memberChangeTexts } from '../shared/member-status.ts';
import type { CallMessages } from '../messages/call.ts';
import { shared } from '../styles/shared.ts';
import { arrange } from '../tui-call-grid/layout.ts';
import { styles } from './tui-call-stage.styles.ts';

/** Time in milliseconds for which the controls stay visible without pointer or key events. */
const CONTROLS_SHOWN_MS = 3000;

/** Time in milliseconds for which a change of a member is shown. */
const CHANGES_SHOWN_MS = 4000;
const INITIAL_LAYOUT = { chosen: null, speaker: null, page: 0 };
const NO_CHANGES = { text: '', until: 0 };

const slice = (call: CallSnapshot, view: ViewSettings) => ({
  members: call.members,
  phase: call.phase,
  isGroup: call.isGroup,
  audioBlocked: call.audioBlocked,
  layout: view.layout,
  canFullscreen: view.canFullscreen,
  canMinimise: view.canMinimise,
  fullscreen: view.fullscreen,
  contacts: view.contacts,
  custom: view.custom,
});

/** The line above the videos: only important events. */
export function bannerText(call: CallSnapshot, network: Network, messages: CallMessages): string {
  if (call.phase === 'reconnecting') return messages.ownReconnecting;
  // In a group the tile shows it.
  const peer = call.isGroup ? undefined : othersOf(call).find(isPresent);
  if (peer?.reconnecting) return messages.peerReconnecting(safeName(peer.name));
  if (peer?.held) return messages.statuses.held;
  if (network.level === null || network.level > 1) return '';
  return network.ofSelf ? messages.ownWeak : messages.peerWeak(network.name);
}

/** Passes on what the page slots into the tiles. */
const tileSlots = (slots: string): readonly TemplateResult[] =>
  slots
    .split(' ')
    .filter((name) => name.startsWith('tile-'))
    .map((name) => html`<slot name=${name} slot=${name}></slot>`);

/** The peer of a call with two members. In a group the tiles show it. */
const isPeerMuted = (call: CallSnapshot): boolean =>
  !call.isGroup && othersOf(call).some((m) => m.status === 'joined' && !m.audioOn);

/**
 * A running call: the videos, a header with name and duration, and the controls.
 *
 * @tagname tui-call-stage
 * @slot controls - Buttons of the page in the bar.
 * @slot header - Content of the page, in place of the first line.
 * @slot control-bar - Content of the page, in place of the bar.
 * @slot tile-<userId> - Content of the page in a member's tile.
 * @fires {TuiIntentEvent} tui-intent - minimise, fullscreen, layout, people, unlock-audio
 * @csspart stage - The whole stage.
 * @csspart header - The line with name, time and network.
 * @csspart controls - The bar of buttons.
 * @csspart button - Each button of the bar.
 * @csspart tile - The tile of a member.
 * @csspart video - The video of a tile.
 * @csspart plate - The name plate of a tile.
 * @csspart background - The picture of the page behind the stage, or behind a member without video.
 */
export class TuiCallStage extends LitElement {
  static override styles = [shared, styles];

  /** No pointer or key event for some time: controls over a video fade. CSS decides where that applies. */
  @state() private resting = false;
  /** The open view of the people panel. */
  @state() private people: 'list' | 'invite' | null = null;
  @state() private memberChanges = NO_CHANGES;

  readonly #call = new LazyMessagesController(this, slice);
  #lastActiveAt = 0;
  #lastState: CallSnapshot | null = null;
  /** The element that gets the focus when the panel closes. */
  #opener = '';

  constructor() {
    super();
    new ClockController(this, () => this.#onTick());
    // The intents of the stage and of its children bubble to this listener.
    this.addEventListener('tui-intent', this.#onIntent);
  }

  /** Focuses the stage. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('[role]')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value, messages, context } = this.#call;
    if (!value || !context) return nothing;
    const call = context.state;
    const network = networkOf(call);
    const over = arrange(call, { layout: value.layout, ...INITIAL_LAYOUT }).kind === 'pair';
    const hasVideo = over && value.members.some((m) => isPresent(m) && (m.videoOn || m.screenOn));
    return html`<div
      part="stage"
      class="stage ${over ? 'over' : 'beside'} ${value.canMinimise ? 'floats' : ''} ${call.held.length ? 'held' : ''} ${hasVideo && this.resting ? 'resting' : ''}"
      role="group"
      aria-label=${messages.callWith(namesOf(peersOf(call), messages))}
      tabindex="-1"
      @pointermove=${this.#onActive}
      @pointerdown=${this.#onActive}
      @keydown=${this.#onActive}
      @focusin=${this.#onActive}
    >
      ${backgroundPicture(value.custom.stageBackground)}
      ${this.#renderTop(value.custom.slots, call, network)}
      <tui-call-grid exportparts="tile, video, plate, background"
        >${tileSlots(value.custom.slots)}</tui-call-grid
      >
      ${this.#renderBanner(this.memberChanges.text || bannerText(call, network, messages))}
      <div class="foot">${this.#renderBar(value.custom.slots)}</div>
      ${
        this.people
          ? html`<tui-call-people view=${this.people} @close=${this.#onPeopleClose}
              ><p class="late">${messages.partFailed}</p></tui-call-people
            >`
          : nothing
      }
    </div>`;
  }

  #renderTop(slots: string, call: CallSnapshot, network: Network): TemplateResult {
    return lists(slots, 'header')
      ? html`<div class="head" part="header"><slot name="header"></slot></div>`
      : this.#renderHeader(call, network);
  }

  #renderBar(slots: string): TemplateResult {
    return lists(slots, 'control-bar')
      ? html`<slot name="control-bar"></slot>`
      : html`<tui-call-controls part="controls" exportparts="button"
          ><slot name="controls"></slot
        ></tui-call-controls>`;
  }

  #renderHeader(call: CallSnapshot, network: Network): TemplateResult {
    const { messages, value } = this.#call;
    return html`<div class="head" part="header">
      <div class="title">
        <p class="name ${call.isGroup ? 'words' : ''}">
          <bdi>${call.isGroup ? messages.groupCall : namesOf(peersOf(call), messages)}</bdi>
        </p>
        ${isPeerMuted(call) ? html`${microphoneOffIcon}<span class="unseen">${messages.muted}</span>` : nothing}
        <tui-call-timer></tui-call-timer>
      </div>
      ${call.isGroup ? this.#renderGroupButtons(call) : nothing}
      ${value?.canMinimise ? this.#renderSmall(messages.minimise, { type: 'minimise', on: true }, this.#call.icon('minimise', minimiseIcon)) : nothing}
      ${
        value?.canFullscreen
          ? this.#renderSmall(
              value.fullscreen ? messages.exitFullscreen : messages.fullscreen,
              { type: 'fullscreen', on: !value.fullscreen },
              value.fullscreen
                ? this.#call.icon('exit-fullscreen', exitFullscreenIcon)
                : this.#call.icon('fullscreen', fullscreenIcon),
              'page',
            )
          : nothing
      }
      ${networkBars(network, messages)}
    </div>`;
  }

  #renderGroupButtons(call: CallSnapshot): TemplateResult {
    const { messages, value } = this.#call;
    const large = value?.layout === 'speaker';
    const count = call.members.filter((m) => m.status === 'joined').length;
    return html`<tui-call-button
        id="people"
        class="small count"
        .label=${`${messages.people}: ${count}`}
        @click=${() => this.dispatchEvent(new TuiIntentEvent({ type: 'people', view: 'list' }))}
        >${peopleIcon}<span>${count}</span></tui-call-button
      >
      ${this.#renderSmall(
        large ? messages.equalTiles : messages.largeSpeaker,
        { type: 'layout', layout: large ? 'auto' : 'speaker' },
        large ? gridIcon : speakerViewIcon,
      )}`;
  }

  #renderSmall(
    label: string,
    intent: Intent,
    icon: TemplateResult,
    className = '',
  ): TemplateResult {
    return html`<tui-call-button
      class="small ${className}"
      .label=${label}
      @click=${() => this.dispatchEvent(new TuiIntentEvent(intent))}
      >${icon}</tui-call-button
    >`;
  }

  #renderBanner(line: string): TemplateResult | typeof nothing {
    const { messages, value } = this.#call;
    if (value?.audioBlocked) {
      return html`<div class="banner asks">
        <span>${messages.soundBlocked}</span>
        <tui-call-button
          worded
          tone="primary"
          .label=${messages.turnOnSound}
          @click=${this.#onUnlock}
        ></tui-call-button>
      </div>`;
    }
    return line ? html`<p class="banner"><i class="dot"></i><span>${line}</span></p>` : nothing;
  }

  protected override willUpdate(): void {
    const { context, messages } = this.#call;
    if (!context || context.state === this.#lastState) return;
    // In a pair the stage shows the status of the peer; in a group a change is shown for some seconds.
    const lines =
      this.#lastState && context.state.isGroup
        ? memberChangeTexts(this.#lastState, context.state, messages)
        : [];
    this.#lastState = context.state;
    if (lines.length)
      this.memberChanges = { text: lines.join(' '), until: context.now() + CHANGES_SHOWN_MS };
  }

  readonly #onActive = (): void => {
    this.#lastActiveAt = this.#call.context?.now() ?? 0;
    this.resting = false;
  };

  #onUnlock(): void {
    this.dispatchEvent(new TuiIntentEvent({ type: 'unlock-audio' }));
  }

  #onTick(): void {
    const now = this.#call.context?.now() ?? 0;
    if (now >= this.memberChanges.until) this.memberChanges = NO_CHANGES;
    const controls = this.renderRoot.querySelector('tui-call-controls');
    if (controls?.inUse || this.people) return this.#onActive();
    this.resting = now - this.#lastActiveAt >= CONTROLS_SHOWN_MS;
  }

  /** From the header or the menu: the stage owns the panel; the call renderer loads its code and contacts. */
  readonly #onIntent = ({ intent }: TuiIntentEvent): void => {
    if (intent.type !== 'people') return;
    // Without its code the panel cannot close itself.
    if (this.people && !customElements.get('tui-call-people')) this.people = null;
    else if (!this.people) this.#openPeople(intent.view);
  };

  #openPeople(view: 'list' | 'invite'): void {
    this.#opener = this.#call.context?.state.isGroup ? '#people' : 'tui-call-controls';
    this.people = view;
  }

  #onPeopleClose(): void {
    this.people = null;
    this.renderRoot.querySelector<HTMLElement>(this.#opener)?.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-stage': TuiCallStage;
  }
}
