import { expect } from '@open-wc/testing';
import { NO_MEDIA_EFFECTS } from '../../src/engine/api/media-effects.ts';
import { connectedAudio, connectedVideo } from '../../test/fakes/call-scenes.ts';
import { deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const view = { backgrounds: ['/office.jpg'], effects: { ...NO_MEDIA_EFFECTS, background: 'blur' } };
const inputs = (element: Element, name: string) =>
  deepAll<HTMLInputElement>(element, `input[name="${name}"]`);

describe('tui-call-effects', () => {
  it('is accessible', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    await expect(element).to.be.accessible();
  });

  it('shows the own picture, what can be behind it, and what is', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    const [own] = deepAll(element, 'tui-call-tile');
    expect(own?.getBoundingClientRect().height).to.be.greaterThan(50);
    const words = inputs(element, 'background').map((one) => [
      one.parentElement?.textContent.trim(),
      one.checked,
    ]);
    expect(words).to.deep.equal([
      ['None', false],
      ['Blur', true],
      ['Strong blur', false],
      ['Image 1', false],
    ]);
  });

  it('shows a preview of the own picture with each background', async () => {
    const bitmap = (colour: string): ImageBitmap => {
      const canvas = new OffscreenCanvas(16, 9);
      const context = canvas.getContext('2d');
      if (context) context.fillStyle = colour;
      context?.fillRect(0, 0, 16, 9);
      return canvas.transferToImageBitmap();
    };
    const previews = [bitmap('#ff0000'), null, bitmap('#0000ff')];
    const { element } = await draw('tui-call-effects', connectedVideo, { view, previews });
    await drawn();
    const colours = deepAll(element, '.thumb').map((thumb) => {
      const context = thumb.querySelector('canvas')?.getContext('2d');
      return context ? [...context.getImageData(8, 4, 1, 1).data.subarray(0, 3)] : null;
    });
    expect(colours).to.deep.equal([[255, 0, 0], null, [0, 0, 255], null]);
  });

  it('has light placeholders until the previews are drawn', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    const [thumb] = deepAll(element, '.thumb');
    const context = new OffscreenCanvas(1, 1).getContext('2d', { colorSpace: 'srgb' });
    if (context) context.fillStyle = getComputedStyle(thumb!).backgroundColor;
    context?.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
    expect(Math.min(red, green, blue)).to.be.greaterThan(180);
  });

  it('fades its content where it can be scrolled, and covers none at the end', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    const [panel, fade] = [deepAll(element, '.panel')[0]!, deepAll(element, '.fade')[0]!];
    const contentEnd = (): number =>
      Math.max(...deepAll(element, 'fieldset').map((one) => one.getBoundingClientRect().bottom));
    panel.style.maxBlockSize = '280px';
    const end = panel.getBoundingClientRect().bottom;
    expect(fade.getBoundingClientRect().bottom).to.be.closeTo(end, 2);
    expect(contentEnd()).to.be.greaterThan(end);
    panel.scrollTop = panel.scrollHeight;
    expect(fade.getBoundingClientRect().top).to.be.at.least(contentEnd());
    expect(fade.getBoundingClientRect().bottom).to.be.closeTo(end, 2);
  });

  it('shows each focused control between the header and the fade', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    const panel = deepAll(element, '.panel')[0]!;
    panel.style.maxBlockSize = '280px';
    const box = (selector: string): DOMRect =>
      deepAll(element, selector)[0]!.getBoundingClientRect();
    for (const input of deepAll<HTMLInputElement>(element, 'input:not([type="file"])')) {
      input.focus();
      const { top, bottom } = input.getBoundingClientRect();
      expect(top).to.be.at.least(box('header').bottom - 1);
      expect(bottom).to.be.at.most(box('.fade').top + 1);
    }
    deepAll(element, 'input[type="range"]')[0]!.focus();
    panel.scrollTop = 0;
    expect(box('header').top).to.be.closeTo(box('.panel').top, 2);
  });

  it('asks for what is chosen', async () => {
    const { element, intents } = await draw('tui-call-effects', connectedVideo, { view });
    inputs(element, 'background')[3]?.click();
    inputs(element, 'noise')[2]?.click();
    const [smooth] = deepAll<HTMLInputElement>(element, 'input[type="range"]');
    if (smooth) smooth.value = '4';
    smooth?.dispatchEvent(new Event('change'));
    expect(intents).to.deep.equal([
      { type: 'effects', changes: { background: '/office.jpg' } },
      { type: 'effects', changes: { noiseSuppression: 'strong' } },
      { type: 'effects', changes: { beauty: 4 } },
    ]);
  });

  it('takes an image of the user’s own', async () => {
    const { element, intents } = await draw('tui-call-effects', connectedVideo, { view });
    const [chooser] = deepAll<HTMLInputElement>(element, 'input[type="file"]');
    const files = new DataTransfer();
    const image = new File([], 'me.jpg', { type: 'image/jpeg' });
    files.items.add(image);
    if (chooser) chooser.files = files.files;
    chooser?.dispatchEvent(new Event('change'));
    expect(intents.length).to.equal(1);
    expect(chooser?.files?.length).to.equal(0);
  });

  it('has nothing of the picture in an audio call', async () => {
    const { element } = await draw('tui-call-effects', connectedAudio, { view });
    expect(inputs(element, 'background').length).to.equal(0);
    expect(textOf(element)).to.contain('Noise suppression');
  });

  it('takes the focus, and is closed by Escape', async () => {
    const { element } = await draw('tui-call-effects', connectedVideo, { view });
    const panel = element.shadowRoot?.activeElement;
    expect(panel?.getAttribute('role')).to.equal('dialog');
    let closed = 0;
    element.addEventListener('close', () => (closed += 1));
    panel?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(closed).to.equal(1);
  });
});
