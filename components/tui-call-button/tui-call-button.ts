import { html, LitElement, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { ifDefined } from 'lit/directives/if-defined.js';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-button.styles.ts';
import { booleanAttribute } from '../shared/boolean-attribute.ts';

/**
 * A round button on a stage, or a pill with its word in a card.
 *
 * @tagname tui-call-button
 * @slot - The icon.
 * @csspart button - The button itself.
 * @csspart label - Its word, where it is shown.
 */
export class TuiCallButton extends LitElement {
  static override styles = [shared, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** What the button does: shown beside the icon, or its accessible name and tooltip. */
  @property() label = '';
  /** What it means: `glass` and `off` on a stage, the others in a card; red only ever ends something. */
  @property({ reflect: true }) tone:
    'glass' | 'off' | 'quiet' | 'text' | 'success' | 'danger' | 'primary' = 'glass';
  /** Shows the label as words. */
  @property({ ...booleanAttribute, reflect: true }) worded = false;
  /** Something is under way; the button can still be used. */
  @property({ ...booleanAttribute, reflect: true }) busy = false;
  /** The button opens a menu, which is open or not. */
  @property() menu?: 'open' | 'closed';

  /** Nothing to do yet; the button stays where the keyboard can find it. */
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
