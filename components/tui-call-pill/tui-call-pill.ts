import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { lists } from '../shared/customisation.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { hangUpIcon } from '../shared/icons.ts';
import { namesOf, peersOf } from '../shared/members.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-pill.styles.ts';

/**
 * The minimised call: name, duration, microphone, hang up. A press on the rest restores the call.
 *
 * @tagname tui-call-pill
 * @fires {TuiIntentEvent} tui-intent - minimise, set-device, hangup
 * @csspart pill - The pill.
 */
export class TuiCallPill extends LitElement {
  static override styles = [shared, styles];

  readonly #call = new LazyMessagesController(this, ({ members }, { custom }) => ({
    members,
    custom,
  }));

  /** Focuses the button that restores the call. */
  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { messages, context } = this.#call;
    if (!context) return nothing;
    const peers = peersOf(context.state);
    const first = peers[0];
    const names = namesOf(peers, messages);
    return html`<div part="pill" class="pill" role="group" aria-label=${messages.callWith(names)}>
      <button type="button" class="back" title=${messages.backToCall} @click=${this.#onBack}>
        <span class="unseen">${messages.backToCall}</span>
        <tui-call-avatar
          .name=${first?.name ?? ''}
          .userId=${first?.userId ?? ''}
          .src=${first?.avatar ?? ''}
        ></tui-call-avatar>
        <span class="text"><bdi class="name">${names}</bdi><tui-call-timer></tui-call-timer></span>
      </button>
      ${lists(context.view.custom.hiddenButtons, 'microphone') ? nothing : html`<tui-call-toggle device="microphone"></tui-call-toggle>`}
      <tui-call-button tone="danger" .label=${messages.hangUp} @click=${this.#onHangUp}
        >${this.#call.icon('hang-up', hangUpIcon)}</tui-call-button
      >
    </div>`;
  }

  #onBack(): void {
    this.dispatchEvent(new TuiIntentEvent({ type: 'minimise', on: false }));
  }

  #onHangUp(): void {
    this.dispatchEvent(new TuiIntentEvent({ type: 'hangup' }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-pill': TuiCallPill;
  }
}
