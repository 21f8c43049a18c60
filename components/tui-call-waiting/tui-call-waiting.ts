import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { cameraIcon, hangUpIcon, phoneIcon } from '../shared/icons.ts';
import { safeName } from '../shared/names.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { pauseIcon } from '../shared/menu-icons.ts';
import { cardWidth } from '../styles/card.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { waitingCallText } from '../shared/waiting-call-text.ts';
import { styles } from './tui-call-waiting.styles.ts';

const slice = ({ waiting, phase }: CallSnapshot, { trustedOrigins }: ViewSettings) => ({
  waiting,
  trustedOrigins,
  canHold: phase === 'connected' || phase === 'reconnecting',
});

/**
 * The card of a waiting call. It does not take the focus, so that a key pressed for the current call does not answer
 * it.
 *
 * @tagname tui-call-waiting
 * @fires {TuiIntentEvent} tui-intent - accept-waiting, reject-waiting
 * @csspart card - The card.
 */
export class TuiCallWaiting extends LitElement {
  static override styles = [shared, surface, cardWidth, styles];

  readonly #call = new FullMessagesController(this, slice);

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call?.waiting) return nothing;
    const { waiting } = call;
    return html`<div
      part="card"
      class="card"
      role="alertdialog"
      aria-labelledby="name"
      aria-describedby="about"
      tabindex="-1"
    >
      <div class="who">
        <tui-call-avatar
          ringing
          .name=${waiting.name}
          .userId=${waiting.callerId}
          .src=${waiting.avatar}
          .trusted=${call.trustedOrigins}
        ></tui-call-avatar>
        <div class="text">
          <p class="name" id="name"><bdi>${safeName(waiting.name)}</bdi></p>
          <p class="about" id="about">${waitingCallText(waiting, messages)}</p>
        </div>
      </div>
      <div class="ways">
        ${this.#renderAction(messages.decline, 'danger', hangUpIcon, { type: 'reject-waiting' })}
        ${this.#renderAction(messages.endAndAnswer, call.canHold ? 'quiet' : 'success', waiting.mediaType === 'video' ? cameraIcon : phoneIcon, { type: 'accept-waiting', currentCall: 'end' })}
        ${call.canHold ? this.#renderAction(messages.holdAndAnswer, 'success', pauseIcon, { type: 'accept-waiting', currentCall: 'hold' }) : nothing}
      </div>
    </div>`;
  }

  #renderAction(
    label: string,
    tone: 'danger' | 'quiet' | 'success',
    icon: TemplateResult,
    intent: Intent,
  ): TemplateResult {
    return html`<tui-call-button
      worded
      .tone=${tone}
      .label=${label}
      @click=${() => this.dispatchEvent(new TuiIntentEvent(intent))}
      >${icon}</tui-call-button
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-waiting': TuiCallWaiting;
  }
}
