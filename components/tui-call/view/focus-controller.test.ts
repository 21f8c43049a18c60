import { expect, fixture, html } from '@open-wc/testing';
import { LitElement, type TemplateResult } from 'lit';
import { FocusController } from './focus-controller.ts';

/** A screen whose class has not been fetched yet when it is shown. */
class LateScreen extends LitElement {
  override render(): TemplateResult {
    return html`<button>Close</button>`;
  }

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }
}

describe('the keeper of the focus', () => {
  it('waits for a screen whose code is still on its way', async () => {
    const host = await fixture<HTMLElement>(html`<div><late-screen></late-screen></div>`);
    const screen = host.querySelector<LateScreen>('late-screen');
    const keeper = new FocusController(host);
    keeper.leave('none');
    const arrived = keeper.enter('none', screen);
    customElements.define('late-screen', LateScreen);
    await arrived;
    expect(document.activeElement).to.equal(screen);
  });

  it('leaves the focus alone when the screen was gone before its code came', async () => {
    const host = await fixture<HTMLElement>(html`<div><later-screen></later-screen></div>`);
    const screen = host.querySelector<LateScreen>('later-screen');
    const keeper = new FocusController(host);
    keeper.leave('none');
    const arrived = keeper.enter('none', screen);
    screen?.remove();
    customElements.define('later-screen', class extends LateScreen {});
    await arrived;
    expect(document.activeElement).to.equal(document.body);
  });
});
