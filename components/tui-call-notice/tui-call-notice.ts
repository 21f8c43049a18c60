import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { formatDuration, endingKey, redialUserIds } from '../shared/ending.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { alertIcon, cameraIcon, closeIcon, hangUpIcon, phoneIcon } from '../shared/icons.ts';
import { memberOf, peersOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { problemOf, type Problem } from '../shared/problem.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { cardWidth } from '../styles/card.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-notice.styles.ts';

/**
 * A notice about an error or the end of a call, with the actions that the user can take.
 *
 * @tagname tui-call-notice
 * @fires {TuiIntentEvent} tui-intent - dismiss, set-device, call
 * @csspart card - The card.
 */
export class TuiCallNotice extends LitElement {
  static override styles = [shared, surface, cardWidth, styles];

  /** The error to show; null shows how the call ended. */
  @property({ attribute: false }) error: ErrorShape | null = null;
  /** Title and advice for `error`. Default: `null`, those of the messages. */
  @property({ attribute: false }) words: readonly [title: string, advice: string] | null = null;

  readonly #call = new LazyMessagesController(this, (state, { online }) => ({ state, online }));

  /** Moves the focus to the card of the ended call. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('[tabindex]')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const call = this.#call.value;
    if (!call) return nothing;
    if (!this.error) return this.#renderEnding();
    const problem = problemOf(this.error, call.state, call.online);
    return problem ? this.#renderProblem(problem) : nothing;
  }

  #renderProblem({ key, retry, optional }: Problem): TemplateResult {
    const { messages } = this.#call;
    const [title, advice] = this.words ?? messages.problems[key];
    return html`<div part="card" class="card" role="alert">
      <div class="what">
        <span class="sign">${alertIcon}</span>
        <div class="text">
          <p class="title" id="title">${title}</p>
          <p class="advice">${advice}</p>
        </div>
        ${retry ? nothing : this.#renderClose()}
      </div>
      ${
        retry
          ? html`<div class="ways">
              ${this.#renderAction(optional ? messages.continueWithout : messages.close, { type: 'dismiss' }, 'quiet')}
              ${this.#renderAction(messages.tryAgain, retry, 'primary')}
            </div>`
          : nothing
      }
    </div>`;
  }

  #renderEnding(): TemplateResult | typeof nothing {
    const { messages, value } = this.#call;
    const ending = value?.state.ending;
    if (!value || !ending) return nothing;
    const { state } = value;
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
        ${this.#renderClose()}
      </div>
      ${this.#renderAgain(state)}
    </div>`;
  }

  #renderAgain(state: CallSnapshot): TemplateResult | typeof nothing {
    const { mediaType, groupId } = state;
    const userIds = redialUserIds(state);
    if (!userIds.length || !mediaType) return nothing;
    return html`<div class="ways">
      ${this.#renderAction(
        this.#call.messages.callAgain,
        { type: 'call', userIds, mediaType, groupId },
        'quiet',
        mediaType === 'video' ? cameraIcon : phoneIcon,
      )}
    </div>`;
  }

  #renderClose(): TemplateResult {
    return html`<tui-call-button
      tone="quiet"
      .label=${this.#call.messages.close}
      @click=${() => this.dispatchEvent(new TuiIntentEvent({ type: 'dismiss' }))}
      >${closeIcon}</tui-call-button
    >`;
  }

  #renderAction(
    label: string,
    intent: Intent,
    tone: 'quiet' | 'primary',
    icon: TemplateResult | typeof nothing = nothing,
  ): TemplateResult {
    return html`<tui-call-button
      worded
      .label=${label}
      .tone=${tone}
      @click=${() => this.dispatchEvent(new TuiIntentEvent(intent))}
      >${icon}</tui-call-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-notice': TuiCallNotice;
  }
}
