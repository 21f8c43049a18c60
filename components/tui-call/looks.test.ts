import { expect, fixture, html } from '@open-wc/testing';
import type { TemplateResult } from 'lit';
import { connectedVideo, incomingVideo } from '../../test/fakes/call-scenes.ts';
import { CallUnderTest, show } from '../../test/support/call-under-test.ts';
import { arrived, deepAll, drawn } from '../../test/support/draw.ts';

/** What the attributes of looks come to, measured in the page. */

describe('the looks of tui-call', () => {
  it('fill-mode: pictures fill their place, or are shown whole', async () => {
    const fits = async (call: CallUnderTest) => {
      await drawn();
      return deepAll(call, 'video').map((video) => getComputedStyle(video).objectFit);
    };
    const call = await inCall(html`<call-under-test></call-under-test>`);
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
    const [width = 0] = await place(html`<call-under-test></call-under-test>`);
    expect(width).to.be.within(1, page[0]! - 1);
    expect(await place(html`<call-under-test mode="fullscreen"></call-under-test>`)).to.deep.equal(
      page,
    );
    const inline = html`<div style="inline-size: 300px">
      <call-under-test mode="inline" style="block-size: 420px"></call-under-test>
    </div>`;
    expect(await place(inline)).to.deep.equal([300, 420]);
  });

  it('theme: cards are light or dark, whatever the page is', async () => {
    const paper = async (theme: string) => {
      const call = await shown(
        html`<call-under-test theme=${theme}></call-under-test>`,
        incomingVideo,
      );
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

function inCall(template: TemplateResult): Promise<CallUnderTest> {
  return shown(template, connectedVideo);
}

async function shown(
  template: TemplateResult,
  state: typeof connectedVideo,
): Promise<CallUnderTest> {
  const made = await fixture<HTMLElement>(template);
  const call =
    made instanceof CallUnderTest ? made : made.querySelector<CallUnderTest>('call-under-test')!;
  await show(call, state);
  await arrived(call);
  return call;
}

/** The mean of red, green and blue. */
function brightness(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (red + green + blue) / 3;
}
