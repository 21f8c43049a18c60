import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import type { ErrorShape } from '../../src/protocol/index.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { alertIcon } from '../shared/icons.ts';
import { renderAction, renderClose } from '../shared/intent-buttons.ts';
import { problemOf, type Problem } from '../shared/problem.ts';
import { cardWidth } from '../styles/card.ts';
import { noticeStyles } from '../styles/notice.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';

/**
 * A notice about an error, with the actions that the user can take.
 *
 * @tagname tui-call-problem
 * @fires {TuiIntentEvent} tui-intent - dismiss, set-device, retry-media
 * @csspart card - The card.
 */
export class TuiCallProblem extends LitElement {
  static override styles = [shared, surface, cardWidth, noticeStyles];

  /** The error to show. */
  @property({ attribute: false }) error: ErrorShape | null = null;
  /** Title and advice for `error`. Default: `null`, those of the messages. */
  @property({ attribute: false }) words: readonly [title: string, advice: string] | null = null;

  readonly #call = new FullMessagesController(this, (state, { online }) => ({ state, online }));

  override render(): TemplateResult | typeof nothing {
    const call = this.#call.value;
    if (!call || !this.error) return nothing;
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
        ${retry ? nothing : renderClose(messages.close)}
      </div>
      ${
        retry
          ? html`<div class="ways">
              ${renderAction(optional ? messages.continueWithout : messages.close, { type: 'dismiss' }, 'quiet')}
              ${renderAction(messages.tryAgain, retry, 'primary')}
            </div>`
          : nothing
      }
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-problem': TuiCallProblem;
  }
}
