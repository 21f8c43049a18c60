import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-button.styles.ts';
import { booleanAttribute } from '../shared/boolean-attribute.ts';

/**
 * A round button on a stage, or a pill-shaped button with its label in a card.
 *
 * @tagname tui-call-button
 * @slot - The icon.
 * @csspart button - The button itself.
 * @csspart label - The label, if it is shown.
 */
export class TuiCallButton extends LitElement {
  static override styles = [shared, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** Text of the button: shown beside the icon, or used as accessible name and tooltip. */
  @property() label = '';
  /** Appearance: `glass` and `off` on a stage, the others in a card. Red is only used to end or reject a call. */
  @property({ reflect: true }) tone:
    'glass' | 'off' | 'quiet' | 'text' | 'success' | 'danger' | 'primary' = 'glass';
  /** Shows the label beside the icon. */
  @property({ ...booleanAttribute, reflect: true }) worded = false;
  /** An action is in progress; the button stays usable. */
  @property({ ...booleanAttribute, reflect: true }) busy = false;
  /** Whether the menu of the button is open; undefined without a menu. */
  @property() menu?: 'open' | 'closed';

  /** The button has no effect yet, but stays focusable. */
  @property({ ...booleanAttribute, reflect: true }) disabled = false;

  override render(): TemplateResult {
    return html`<button
      part="button"
      type="button"
      aria-label=${ifDefined(this.worded ? undefined : this.label)}
      title=${ifDefined(this.worded ? undefined : this.label)}
      aria-disabled=${ifDefined(this.disabled ? 'true' : undefined)}
      aria-busy=${ifDefined(this.busy ? 'true' : undefined)}
      aria-haspopup=${ifDefined(this.menu && 'menu')}
      aria-expanded=${ifDefined(this.menu && (this.menu === 'open' ? 'true' : 'false'))}
    >
      <slot></slot>${this.worded ? html`<span part="label">${this.label}</span>` : null}
    </button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-button': TuiCallButton;
  }
}
