import { html, LitElement } from 'lit';

/** The floor of loading: lit and one element with a text. */
class BareElement extends LitElement {
  override render() {
    return html`<p>ready</p>`;
  }
}
customElements.define('bare-element', BareElement);
document.body.append(document.createElement('bare-element'));
