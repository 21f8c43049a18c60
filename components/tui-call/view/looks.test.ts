import { expect, fixture, html } from '@open-wc/testing';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import type { TemplateResult } from 'lit';
import { connectedVideo, group, incomingVideo } from '../../../test/fakes/call-scenes.ts';
import { CallUnderTest, show } from '../../../test/support/call-under-test.ts';
import { arrived, deepAll, drawn } from '../../../test/support/draw.ts';

/** Measures in the page what the attributes for the appearance do. */

describe('the appearance of tui-call', () => {
  it('fill-mode: a video fills its tile, or is shown whole', async () => {
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

  it('mode: in the corner of the page, in its own place, or over the whole page', async () => {
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

  it('layout: two members overlap, or have tiles of the same size', async () => {
    const widths = async (call: CallUnderTest) => {
      await drawn();
      for (const grid of deepAll(call, 'tui-call-grid')) await arrived(grid);
      return deepAll(call, 'tui-call-tile').map((tile) => tile.getBoundingClientRect().width);
    };
    const call = await inCall(html`<call-under-test></call-under-test>`);
    expect(new Set(await widths(call)).size).to.equal(2);
    call.setAttribute('layout', 'grid');
    await call.updateComplete;
    expect(new Set(await widths(call)).size).to.equal(1);
  });

  it('inherited properties of the page have no effect', async () => {
    const page = {
      ...{ pointerEvents: 'none', visibility: 'hidden', cursor: 'wait', whiteSpace: 'pre' },
      ...{ textIndent: '40px', letterSpacing: '9px', wordSpacing: '9px', lineHeight: '3' },
      ...{ textTransform: 'uppercase', textAlign: 'right', textShadow: '0 0 9px red' },
      ...{ fontStyle: 'italic', fontWeight: '900', fontSize: '40px', fontVariant: 'small-caps' },
      ...{ wordBreak: 'break-all', hyphens: 'auto', tabSize: '2', writingMode: 'vertical-rl' },
    };
    for (const state of [incomingVideo, connectedVideo]) {
      const call = await shown(html`<call-under-test></call-under-test>`, state);
      const looks = () =>
        deepAll(call, 'button, .name, h2, p').map((element) => {
          const style = getComputedStyle(element);
          return Object.keys(page).map((name) => style[name as keyof typeof page]);
        });
      const before = looks();
      Object.assign(document.body.style, page);
      const after = looks();
      document.body.removeAttribute('style');
      expect(before.length).to.be.above(3);
      expect(after).to.deep.equal(before);
      call.remove();
    }
  });

  it('a call and an incoming call fill the page on a phone', async () => {
    const onPhone = { width: 390, height: 844 };
    await setViewport(onPhone);
    const page = { x: 0, y: 0, ...onPhone };
    const place = (element: Element | undefined) => {
      const { x, y, width, height } = element!.getBoundingClientRect();
      return { x, y, width, height };
    };
    const call = await inCall(html`<call-under-test></call-under-test>`);
    expect(place(call.renderRoot.querySelector('.window')!)).to.deep.equal(page);
    call.parts.engine.show(incomingVideo);
    await drawn();
    await arrived(call);
    expect(place(deepAll(call, '.card')[0])).to.deep.equal(page);
    await setViewport({ width: 800, height: 600 });
  });

  it('shows no animation if the user prefers reduced motion', async () => {
    const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
      await emulateMedia({ reducedMotion });
      const call = await shown(html`<call-under-test></call-under-test>`, incomingVideo);
      const animations = () =>
        deepAll(call, '*').flatMap((one) => one.getAnimations({ subtree: true })).length;
      const ring = animations();
      call.parts.engine.show(group);
      await drawn();
      await arrived(call);
      call.layout = 'speaker';
      await drawn();
      const seats = animations();
      const slow = deepAll(call, '*').some(
        (one) => getComputedStyle(one).transitionDuration !== '0s',
      );
      call.remove();
      return { ring: ring > 0, seats: seats > 0, slow };
    };
    const all = (moves: boolean) => ({ ring: moves, seats: moves, slow: moves });
    expect(await moving('no-preference')).to.deep.equal(all(true));
    expect(await moving('reduce')).to.deep.equal(all(false));
    await emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('theme: cards are light or dark, independent of the page', async () => {
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
