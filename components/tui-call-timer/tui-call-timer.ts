import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { ClockController } from '../shared/clock-controller.ts';
import { formatDuration } from '../shared/ending.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { styles } from './tui-call-timer.styles.ts';

/**
 * The duration of the call, or the text "connecting" before.
 *
 * @tagname tui-call-timer
 */
export class TuiCallTimer extends LitElement {
  static override styles = styles;

  readonly #call = new LazyMessagesController(this, ({ phase, startedAt }) => ({
    phase,
    startedAt,
  }));

  constructor() {
    super();
    new ClockController(this);
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, context, messages } = this.#call;
    if (call?.phase === 'connecting') return html`<span>${messages.connecting}</span>`;
    const startedAt = call?.startedAt ?? null;
    if (startedAt === null || !context) return nothing;
    // Not a live region: a screen reader must not read it each second.
    return html`<span role="timer" aria-live="off"
      >${formatDuration(context.now() - startedAt)}</span
    >`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-timer': TuiCallTimer;
  }
}
