import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { CallController } from '../shared/call-controller.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { hangUpIcon } from '../shared/icons.ts';
import { namesOf, peersOf, selfOf } from '../shared/members.ts';
import type { CoreMessages } from '../messages/core.ts';
import { shared } from '../styles/shared.ts';
import { twoLines } from '../styles/two-lines.ts';
import { styles } from './tui-call-outgoing.styles.ts';

const slice = (state: CallSnapshot) => ({
  members: state.members,
  phase: state.phase,
  connection: state.connection,
  video: state.mediaType === 'video',
  showSelf: state.camera.on,
});

/** Progress of the call as a short text. While the connection is lost, the state of the callee is unknown. */
export function progressText(
  { phase, connection, members }: Pick<CallSnapshot, 'phase' | 'connection' | 'members'>,
  messages: CoreMessages,
): string {
  if (phase !== 'outgoing' || connection === 'reconnecting') return messages.connecting;
  return members.some((m) => !m.isSelf && m.alerted) ? messages.ringing : messages.calling;
}

/**
 * The stage before the call connects: the callees, and the progress of the call.
 *
 * @tagname tui-call-outgoing
 * @fires {TuiIntentEvent} tui-intent - hangup, set-device
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
      ${this.#renderControls(call.video)}
    </div>`;
  }

  #renderControls(video: boolean): TemplateResult {
    return html`<div class="controls" part="controls">
      <tui-call-toggle device="microphone"></tui-call-toggle>
      ${video ? html`<tui-call-toggle device="camera"></tui-call-toggle>` : nothing}
      <tui-call-button tone="danger" .label=${this.#call.messages.hangUp} @click=${this.#onHangUp}
        >${hangUpIcon}</tui-call-button
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
