import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { EffectProblem } from '../shared/problem.ts';
import { withEffects } from '../messages/en-effects.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';

/**
 * Shows why an effect on the own picture or sound cannot run, and what the user can do.
 *
 * @tagname tui-call-effect-notice
 * @fires {TuiIntentEvent} tui-intent - dismiss
 * @csspart card - The card.
 */
export class TuiCallEffectNotice extends LitElement {
  /** Default: `null`, nothing is shown. */
  @property({ attribute: false }) error: EffectProblem | null = null;

  readonly #call = new FullMessagesController(this, () => ({}));

  override render(): TemplateResult | typeof nothing {
    if (!this.error || !this.#call.value) return nothing;
    const { effectProblems } = withEffects(this.#call.messages);
    return html`<tui-call-problem
      exportparts="card"
      .error=${this.error}
      .words=${effectProblems[this.error.effectReason]}
    ></tui-call-problem>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-effect-notice': TuiCallEffectNotice;
  }
}
