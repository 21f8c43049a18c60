import { expect, fixture, html } from '@open-wc/testing';
import { LitElement, type TemplateResult } from 'lit';
import { FocusController } from './focus-controller.ts';

/** A screen whose class is defined after it is rendered. */
class LateScreen extends LitElement {
  override render(): TemplateResult {
    return html`<button>Close</button>`;
  }

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus();
  }
}

describe('the focus controller', () => {
  it('waits for a screen whose class is not defined yet', async () => {
    const host = await fixture<HTMLElement>(html`<div><late-screen></late-screen></div>`);
    const screen = host.querySelector<LateScreen>('late-screen');
    const keeper = new FocusController(host, () => undefined);
    keeper.leave('none');
    const arrived = keeper.enter('none', screen);
    customElements.define('late-screen', LateScreen);
    await arrived;
    expect(document.activeElement).to.equal(screen);
  });

  it('does not move the focus if the screen is removed before its class is defined', async () => {
    const host = await fixture<HTMLElement>(html`<div><later-screen></later-screen></div>`);
    const screen = host.querySelector<LateScreen>('later-screen');
    const keeper = new FocusController(host, () => undefined);
    keeper.leave('none');
    const arrived = keeper.enter('none', screen);
    screen?.remove();
    customElements.define('later-screen', class extends LateScreen {});
    await arrived;
    expect(document.activeElement).to.equal(document.body);
  });
});
