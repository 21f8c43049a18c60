import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallSnapshot, Ending } from '../../src/engine/api/snapshot.ts';
import { formatDuration, endingKey, redialOf } from '../shared/ending.ts';
import { lists } from '../shared/customisation.ts';
import { cameraIcon, hangUpIcon, phoneIcon } from '../shared/icons.ts';
import { renderAction, renderClose } from '../shared/intent-buttons.ts';
import { memberOf, peersOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { cardWidth } from '../styles/card.ts';
import { noticeStyles } from '../styles/notice.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';

/**
 * The end of a call, with the actions that the user can take.
 *
 * @tagname tui-call-notice
 * @fires {TuiIntentEvent} tui-intent - dismiss, call
 * @slot - Content of the page, in place of the card of an ended call.
 * @csspart card - The card.
 */
export class TuiCallNotice extends LitElement {
  static override styles = [shared, surface, cardWidth, noticeStyles];

  readonly #call = new LazyMessagesController(this, (state, { custom }) => ({
    state,
    slots: custom.slots,
  }));

  /** Moves the focus to the card of the ended call. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('[tabindex]')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value } = this.#call;
    const ending = value?.state.ending;
    if (!value || !ending) return nothing;
    return lists(value.slots, 'ended')
      ? this.#renderOwn()
      : this.#renderEnding(value.state, ending);
  }

  /** The card of the page. */
  #renderOwn(): TemplateResult {
    return html`<div
      part="card"
      class="card ending"
      role="group"
      aria-label=${this.#call.messages.ended}
      tabindex="-1"
    >
      <slot></slot>
    </div>`;
  }

  #renderEnding(state: CallSnapshot, ending: Ending): TemplateResult {
    const { messages } = this.#call;
    const peer = memberOf(
      state,
      state.role === 'callee' ? (state.inviterId ?? state.callerId) : ending.byUserId,
    );
    const about = peer && !peer.isSelf ? peer : peersOf(state)[0];
    return html`<div
      part="card"
      class="card ending"
      role="group"
      aria-labelledby="title"
      tabindex="-1"
    >
      <div class="what">
        ${
          about
            ? html`<tui-call-avatar
                .name=${about.name}
                .userId=${about.userId}
                .src=${ending.connected ? about.avatar : ''}
              ></tui-call-avatar>`
            : html`<span class="sign">${hangUpIcon}</span>`
        }
        <div class="text">
          <p class="title" id="title">
            ${messages.ended}${ending.connected ? html`<span class="time">${formatDuration(ending.totalTimeMs)}</span>` : nothing}
          </p>
          <p class="advice">
            ${messages.endings[endingKey(ending, state)](safeName(about?.name ?? ''))}
          </p>
        </div>
        ${renderClose(this.#call.messages.close)}
      </div>
      ${this.#renderRedial(state)}
    </div>`;
  }

  #renderRedial(state: CallSnapshot): TemplateResult | typeof nothing {
    const { mediaType, groupId } = state;
    const redial = redialOf(state);
    if (!redial || !mediaType) return nothing;
    return html`<div class="ways">
      ${renderAction(
        this.#call.messages[redial.label],
        { type: 'call', userIds: redial.userIds, mediaType, groupId },
        'quiet',
        mediaType === 'video' ? cameraIcon : phoneIcon,
      )}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-notice': TuiCallNotice;
  }
}
