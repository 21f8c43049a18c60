import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { CallController } from '../shared/call-controller.ts';
import { progressText } from '../shared/call-texts.ts';
import { backgroundPicture } from '../shared/background-picture.ts';
import { lists } from '../shared/customisation.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { hangUpIcon } from '../shared/icons.ts';
import { namesOf, peersOf, selfOf } from '../shared/members.ts';
import { shared } from '../styles/shared.ts';
import { twoLines } from '../styles/two-lines.ts';
import { styles } from './tui-call-outgoing.styles.ts';

const slice = (state: CallSnapshot, { custom }: ViewSettings) => ({
  custom,
  members: state.members,
  phase: state.phase,
  connection: state.connection,
  video: state.mediaType === 'video',
  showSelf: state.camera.on,
});

/**
 * The stage before the call connects: the callees, and the progress of the call.
 *
 * @tagname tui-call-outgoing
 * @slot control-bar - Content of the page, in place of the buttons.
 * @fires {TuiIntentEvent} tui-intent - hangup, set-device
 * @csspart stage - The whole stage.
 * @csspart controls - The buttons.
 * @csspart background - The picture of the page.
 */
export class TuiCallOutgoing extends LitElement {
  static override styles = [shared, twoLines, styles];

  readonly #call = new CallController(this, slice);

  /** Focuses the stage. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('[role]')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    const state = this.#call.context?.state;
    if (!call || !state) return nothing;
    const peers = peersOf(state);
    const names = namesOf(peers, messages);
    const self = selfOf(state);
    const hasVideo = call.showSelf && self;
    return html`<div
      part="stage"
      class="stage ${hasVideo ? 'pictured' : ''}"
      role="group"
      aria-label=${messages.callWith(names)}
      tabindex="-1"
    >
      ${backgroundPicture(call.custom.stageBackground)}
      ${hasVideo ? html`<tui-call-tile plain .userId=${self.userId}></tui-call-tile>` : nothing}
      <div class="who">
        <div class="faces">
          ${peers
            .slice(0, 3)
            .map(
              (m) =>
                html`<tui-call-avatar
                  .ringing=${peers.length === 1}
                  .name=${m.name}
                  .userId=${m.userId}
                  .src=${m.avatar}
                ></tui-call-avatar>`,
            )}
        </div>
        <p class="name"><bdi>${names}</bdi></p>
        <p class="about">${progressText(call, messages)}</p>
      </div>
      ${lists(call.custom.slots, 'control-bar') ? html`<slot name="control-bar"></slot>` : this.#renderControls(call.video, call.custom.hiddenButtons)}
    </div>`;
  }

  #renderControls(video: boolean, hidden: string): TemplateResult {
    return html`<div class="controls" part="controls">
      ${lists(hidden, 'microphone') ? nothing : html`<tui-call-toggle device="microphone" exportparts="button"></tui-call-toggle>`}
      ${video && !lists(hidden, 'camera') ? html`<tui-call-toggle device="camera" exportparts="button"></tui-call-toggle>` : nothing}
      <tui-call-button
        exportparts="button"
        tone="danger"
        .label=${this.#call.messages.hangUp}
        @click=${this.#onHangUp}
        >${this.#call.icon('hang-up', hangUpIcon)}</tui-call-button
      >
    </div>`;
  }

  #onHangUp(): void {
    this.dispatchEvent(new TuiIntentEvent({ type: 'hangup' }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-outgoing': TuiCallOutgoing;
  }
}
