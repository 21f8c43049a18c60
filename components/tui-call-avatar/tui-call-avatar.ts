import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { booleanAttribute } from '../shared/boolean-attribute.ts';
import { hueOf, initials } from '../shared/names.ts';
import { pictureUrl } from '../shared/picture-url.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-avatar.styles.ts';

const HUES = 6;

/**
 * The picture of a user, or the initials on a colour of that user. Hidden from screen readers, because the name is
 * always beside it.
 *
 * @tagname tui-call-avatar
 * @csspart picture - The round picture.
 */
export class TuiCallAvatar extends LitElement {
  static override styles = [shared, styles];

  @property() name = '';
  @property({ attribute: 'user-id' }) userId = '';
  /** URL of the picture; not loaded unless it is safe. */
  @property() src = '';
  /** Origins from which the picture may load; undefined: any safe URL. */
  @property({ attribute: false }) trusted: readonly string[] | undefined;
  /** Shows two pulsing rings around the picture. */
  @property({ ...booleanAttribute, reflect: true }) ringing = false;

  @state() private broken = false;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('src')) this.broken = false;
  }

  override render(): TemplateResult {
    const url = this.broken ? '' : pictureUrl(this.src, this.trusted);
    return html`<span
      part="picture"
      class="picture hue-${hueOf(this.userId, HUES)}"
      aria-hidden="true"
      >${initials(this.name)}${
        url
          ? html`<img
              src=${url}
              alt=""
              referrerpolicy="no-referrer"
              decoding="async"
              @error=${this.#onError}
            />`
          : nothing
      }</span
    >`;
  }

  #onError(): void {
    this.broken = true;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-avatar': TuiCallAvatar;
  }
}
