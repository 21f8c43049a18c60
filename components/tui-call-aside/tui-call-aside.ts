import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import type { CallSnapshot, ElsewhereCall, HeldCall } from '../../src/engine/api/snapshot.ts';
import { booleanAttribute } from '../shared/boolean-attribute.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { cameraIcon, closeIcon, phoneIcon } from '../shared/icons.ts';
import { safeName } from '../shared/names.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { pauseIcon } from '../shared/menu-icons.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-aside.styles.ts';

const slice = ({ waiting, held, elsewhere }: CallSnapshot) => ({ waiting, held, elsewhere });

/**
 * The calls beside the current one: waiting calls, held calls, and a call on another device.
 *
 * @tagname tui-call-aside
 * @fires {TuiIntentEvent} tui-intent - hold, move-here
 * @csspart strip - The line of a held call, or of a call on another device.
 */
export class TuiCallAside extends LitElement {
  static override styles = [shared, styles];

  /** The page shows its own screen for the waiting call. */
  @property({ ...booleanAttribute, attribute: 'without-waiting' }) withoutWaiting = false;
  /** The call on another device whose line the user dismissed. */
  @state() private closed = '';

  readonly #call = new FullMessagesController(this, slice);

  override render(): TemplateResult | typeof nothing {
    const { value: calls } = this.#call;
    if (!calls) return nothing;
    const { waiting, held, elsewhere } = calls;
    return html`${held.map((call, i) => this.#renderHeld(call, i === held.length - 1))}
    ${elsewhere && elsewhere.callId !== this.closed ? this.#renderElsewhereCall(elsewhere) : nothing}
    ${waiting && !this.withoutWaiting ? html`<tui-call-waiting exportparts="card"></tui-call-waiting>` : nothing}`;
  }

  /** Only the newest held call can be resumed; the others follow it. */
  #renderHeld({ name }: HeldCall, isNewest: boolean): TemplateResult {
    const { messages } = this.#call;
    return this.#renderStrip(
      { name, icon: pauseIcon, line: messages.statuses.held },
      isNewest ? this.#renderAction(messages.resume, { type: 'hold', on: false }) : nothing,
    );
  }

  #renderElsewhereCall({ callId, name, mediaType }: ElsewhereCall): TemplateResult {
    const { messages } = this.#call;
    return this.#renderStrip(
      { name, icon: mediaType === 'video' ? cameraIcon : phoneIcon, line: messages.elsewhere },
      html`${this.#renderAction(messages.moveHere, { type: 'move-here' })}
        <tui-call-button
          class="close"
          .label=${messages.close}
          @click=${() => (this.closed = callId)}
          >${closeIcon}</tui-call-button
        >`,
    );
  }

  #renderStrip(
    { name, icon, line }: { name: string; icon: TemplateResult; line: string },
    actions: TemplateResult | typeof nothing,
  ): TemplateResult {
    const shown = safeName(name);
    return html`<div
      part="strip"
      class="strip"
      role="group"
      aria-label=${this.#call.messages.callWith(shown)}
    >
      ${icon}
      <p class="text"><bdi>${shown}</bdi><span>${line}</span></p>
      ${actions}
    </div>`;
  }

  #renderAction(label: string, intent: Intent): TemplateResult {
    return html`<tui-call-button
      worded
      tone="primary"
      .label=${label}
      @click=${() => this.dispatchEvent(new TuiIntentEvent(intent))}
    ></tui-call-button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-aside': TuiCallAside;
  }
}
