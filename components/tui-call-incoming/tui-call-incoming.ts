import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { property } from 'lit/decorators.js';
import { CallController } from '../shared/call-controller.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { lists } from '../shared/customisation.ts';
import { bellIcon, cameraIcon, hangUpIcon, phoneIcon } from '../shared/icons.ts';
import { incomingCallText } from '../shared/call-texts.ts';
import { inviterOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { cardWidth } from '../styles/card.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { twoLines } from '../styles/two-lines.ts';
import { styles } from './tui-call-incoming.styles.ts';

const slice = (state: CallSnapshot, { ringBlocked, trustedOrigins, custom }: ViewSettings) => ({
  custom,
  members: state.members,
  inviterId: inviterOf(state)?.userId ?? state.callerId,
  mediaType: state.mediaType,
  isGroup: state.isGroup,
  ringBlocked,
  trustedOrigins,
});

/**
 * The card of an incoming call. A non-modal dialog: the focus goes to the card and not to a button, so that a key
 * pressed by chance does not answer the call.
 *
 * @tagname tui-call-incoming
 * @fires {TuiIntentEvent} tui-intent - accept, reject, ignore
 * @slot - Content of the page, in place of the built-in card's.
 * @csspart card - The card; on a phone it fills the page.
 */
export class TuiCallIncoming extends LitElement {
  static override styles = [shared, twoLines, surface, cardWidth, styles];

  /** The user's own video before the answer. */
  @property({ attribute: false }) preview: MediaStream | null = null;

  readonly #call = new CallController(this, slice);

  /** Focuses the card. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('[role]')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call) return nothing;
    const video = call.mediaType === 'video';
    if (lists(call.custom.slots, 'incoming')) return this.#renderOwn(call);
    return html`<div
      part="card"
      class="card"
      role="alertdialog"
      aria-labelledby="name"
      aria-describedby="about"
      tabindex="-1"
    >
      ${this.#renderCaller(call)}
      ${call.ringBlocked ? html`<p class="note">${bellIcon}<span>${messages.ringBlocked}</span></p>` : nothing}
      ${this.preview ? html`<video class=${`mirror-${call.custom.mirror}`} autoplay playsinline .muted=${true} .srcObject=${this.preview} aria-hidden="true"></video>` : nothing}
      ${this.#renderAnswers(video)}
    </div>`;
  }

  /** The card of the page. It is named after the caller, as the built-in one. */
  #renderOwn(call: ReturnType<typeof slice>): TemplateResult {
    const caller = call.members.find((m) => m.userId === call.inviterId);
    const text = incomingCallText(call.members, call.inviterId, {
      ...call,
      messages: this.#call.messages,
    });
    return html`<div
      part="card"
      class="card"
      role="alertdialog"
      aria-label=${`${safeName(caller?.name ?? '')}: ${text}`}
      tabindex="-1"
    >
      <slot></slot>
    </div>`;
  }

  #renderCaller(call: ReturnType<typeof slice>): TemplateResult {
    const caller = call.members.find((m) => m.userId === call.inviterId);
    const text = incomingCallText(call.members, call.inviterId, {
      ...call,
      messages: this.#call.messages,
    });
    return html`<div class="who">
      <tui-call-avatar
        ringing
        .name=${caller?.name ?? ''}
        .userId=${call.inviterId ?? ''}
        .src=${caller?.avatar ?? ''}
        .trusted=${call.trustedOrigins}
      ></tui-call-avatar>
      <div class="text">
        <p class="name" id="name"><bdi>${safeName(caller?.name ?? call.inviterId ?? '')}</bdi></p>
        <p class="about" id="about">${text}</p>
      </div>
    </div>`;
  }

  #renderAnswers(video: boolean): TemplateResult {
    const { messages } = this.#call;
    return html`<div class="main">
        <tui-call-button
          worded
          tone="danger"
          .label=${messages.decline}
          @click=${this.#emitIntent({ type: 'reject' })}
          >${this.#call.icon('decline', hangUpIcon)}</tui-call-button
        >
        <tui-call-button
          worded
          tone="success"
          .label=${messages.accept}
          @click=${this.#emitIntent({ type: 'accept' })}
          >${video ? this.#call.icon('accept-video', cameraIcon) : this.#call.icon('accept', phoneIcon)}</tui-call-button
        >
      </div>
      <div class="more">
        <tui-call-button
          worded
          tone="text"
          .label=${messages.ignoreHere}
          @click=${this.#emitIntent({ type: 'ignore' })}
        ></tui-call-button>
        ${
          video
            ? html`<tui-call-button
                worded
                tone="text"
                .label=${messages.answerWithoutCamera}
                @click=${this.#emitIntent({ type: 'accept', video: false })}
              ></tui-call-button>`
            : nothing
        }
      </div>`;
  }

  #emitIntent(intent: Intent): () => void {
    return () => this.dispatchEvent(new TuiIntentEvent(intent));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-incoming': TuiCallIncoming;
  }
}
