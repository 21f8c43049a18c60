import { expect, fixture, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import { connectedVideo, incomingVideo } from '../../test/fakes/call-scenes.ts';
import { FakeParts } from '../../test/fakes/fake-engine.ts';
import { arrived, deepAll, drawn } from '../../test/support/draw.ts';
import { register } from './register.ts';
import { TuiCall } from './tui-call.ts';

/** What the attributes of looks come to, measured in the page. */

class LookedAt extends TuiCall {
  readonly parts = new FakeParts();

  protected override createParts(): FakeParts {
    return this.parts;
  }
}
register({ 'looked-at': LookedAt });

describe('the looks of tui-call', () => {
  it('fill-mode: pictures fill their place, or are shown whole', async () => {
    const fits = async (call: LookedAt) => {
      await drawn();
      return deepAll(call, 'video').map((video) => getComputedStyle(video).objectFit);
    };
    const call = await inCall(html`<looked-at></looked-at>`);
    expect(new Set(await fits(call))).to.deep.equal(new Set(['cover']));
    call.setAttribute('fill-mode', 'contain');
    await call.updateComplete;
    expect(new Set(await fits(call))).to.deep.equal(new Set(['contain']));
  });

  it('mode: in the corner of the page, in its own place, or all over the page', async () => {
    const place = async (template: TemplateResult) => {
      const call = await inCall(template);
      const { width, height } = call.renderRoot.querySelector('.window')!.getBoundingClientRect();
      call.remove();
      return [Math.round(width), Math.round(height)];
    };
    const page = [document.documentElement.clientWidth, window.innerHeight];
    const [width = 0] = await place(html`<looked-at></looked-at>`);
    expect(width).to.be.within(1, page[0]! - 1);
    expect(await place(html`<looked-at mode="fullscreen"></looked-at>`)).to.deep.equal(page);
    const inline = html`<div style="inline-size: 300px">
      <looked-at mode="inline" style="block-size: 420px"></looked-at>
    </div>`;
    expect(await place(inline)).to.deep.equal([300, 420]);
  });

  it('theme: cards are light or dark, whatever the page is', async () => {
    const paper = async (theme: string) => {
      const call = await shown(html`<looked-at theme=${theme}></looked-at>`, incomingVideo);
      const [card] = deepAll(call, '.card');
      const { backgroundColor } = getComputedStyle(card!);
      call.remove();
      return backgroundColor;
    };
    const [light, dark] = [await paper('light'), await paper('dark')];
    expect(brightness(light)).to.be.above(200);
    expect(brightness(dark)).to.be.below(60);
  });
});

function inCall(template: TemplateResult): Promise<LookedAt> {
  return shown(template, connectedVideo);
}

async function shown(template: TemplateResult, state: typeof connectedVideo): Promise<LookedAt> {
  const made = await fixture<HTMLElement>(template);
  const call = made instanceof LookedAt ? made : made.querySelector<LookedAt>('looked-at')!;
  call.parts.engine.show(state);
  await call.updateComplete;
  await drawn();
  await arrived(call);
  return call;
}

/** The mean of red, green and blue. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}
