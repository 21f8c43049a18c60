import { expect, html } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { connectedVideo, idle } from '../../../test/fakes/call-scenes.ts';
import { makeCall, show, type CallUnderTest } from '../../../test/support/call-under-test.ts';
import { arrived, buttonNamed, deepAll, drawn } from '../../../test/support/draw.ts';

describe('the floating window', () => {
  beforeEach(() => setViewport({ width: 1000, height: 800 }));
  after(() => setViewport({ width: 800, height: 600 }));

  it('follows the pointer, stays on the page, and goes to the nearest corner', async () => {
    const call = await inCall();
    const before = boxOf(call);
    press(nameOf(call), 0, 0);
    move(call, -30, -20);
    expect([boxOf(call).x, boxOf(call).y]).to.deep.equal([before.x - 30, before.y - 20]);
    move(call, -5000, -5000);
    expect([boxOf(call).x, boxOf(call).y]).to.deep.equal([0, 0]);
    release();
    await arrives(call);
    expect(edgesOf(call)).to.deep.equal({ left: 24, top: 24 });
    move(call, 999, 999);
    expect(edgesOf(call)).to.deep.equal({ left: 24, top: 24 });
  });

  it('does not move by a press on a button', async () => {
    const call = await inCall();
    const before = boxOf(call);
    press(buttonNamed(call, 'Mute'), 0, 0);
    move(call, -100, -100);
    release();
    await arrives(call);
    expect(boxOf(call)).to.deep.equal(before);
  });

  it('moves to another corner by the arrow keys and by a press on its handle', async () => {
    const call = await inCall();
    key(call, 'ArrowUp');
    await arrives(call);
    expect(edgesOf(call)).to.deep.equal({ right: 24, top: 24 });
    key(call, 'ArrowLeft');
    await arrives(call);
    expect(edgesOf(call)).to.deep.equal({ left: 24, top: 24 });
    handleOf(call).click();
    await arrives(call);
    expect(edgesOf(call)).to.deep.equal({ right: 24, top: 24 });
  });

  it('is resized by its handle and by Shift with the arrow keys, within the page', async () => {
    const call = await inCall();
    const { width, height } = boxOf(call);
    press(handleOf(call), 0, 0);
    move(call, -80, -40);
    release();
    handleOf(call).click();
    await arrives(call);
    expect([boxOf(call).width, boxOf(call).height]).to.deep.equal([width + 80, height + 40]);
    expect(edgesOf(call)).to.deep.equal({ right: 24, bottom: 24 });
    key(call, 'ArrowRight', true);
    await arrives(call);
    expect(boxOf(call).width).to.equal(width + 112);
    await setViewport({ width: 520, height: 400 });
    await drawn();
    const box = boxOf(call);
    expect(box.left >= 0 && box.top >= 0 && box.right <= 520 && box.bottom <= 400).to.be.true;
  });

  it('remembers its place for the site, also for the minimised call', async () => {
    const call = await inCall();
    key(call, 'ArrowUp');
    key(call, 'ArrowDown', true);
    await arrives(call);
    const stored = call.parts.stored.get('window');
    const next = await makeCall();
    next.parts.stored.set('window', stored!);
    await show(next, connectedVideo);
    await arrives(next);
    expect(boxOf(next)).to.deep.equal(boxOf(call));
    await next.minimise(true);
    await arrives(next);
    const [pill] = deepAll(next, 'tui-call-pill');
    expect(Math.round(pill!.getBoundingClientRect().top)).to.equal(24);
  });

  it('mirrors its corners in a right-to-left page', async () => {
    const call = await inCall(html`<call-under-test dir="rtl"></call-under-test>`);
    expect(edgesOf(call)).to.deep.equal({ left: 24, bottom: 24 });
    key(call, 'ArrowRight');
    await arrives(call);
    expect(edgesOf(call)).to.deep.equal({ right: 24, bottom: 24 });
  });

  it('has no handle where it fills its place', async () => {
    for (const mode of ['inline', 'fullscreen']) {
      const call = await inCall(html`<call-under-test mode=${mode}></call-under-test>`);
      call.parts.stored.set('window', '{"top":true,"width":300,"height":260}');
      expect(deepAll(call, '.handle').length).to.equal(0);
      call.remove();
    }
    const call = await inCall();
    await setViewport({ width: 400, height: 800 });
    expect(handleOf(call).checkVisibility()).to.be.false;
    expect(boxOf(call).width).to.equal(400);
  });

  it('passes axe with its handle', async () => {
    const call = await inCall();
    await expect(call).to.be.accessible();
    await show(call, idle);
  });
});

async function inCall(
  template = html`<call-under-test></call-under-test>`,
): Promise<CallUnderTest> {
  const call = await makeCall(template);
  await show(call, connectedVideo);
  // The code of the movements loads when the pointer enters.
  windowOf(call).dispatchEvent(new PointerEvent('pointerenter'));
  await arrives(call);
  return call;
}

/** After the window has moved to its corner. */
async function arrives(call: CallUnderTest): Promise<void> {
  await drawn();
  await arrived(call);
}

const windowOf = (call: CallUnderTest) => call.renderRoot.querySelector<HTMLElement>('.window')!;
const handleOf = (call: CallUnderTest) => call.renderRoot.querySelector<HTMLElement>('.handle')!;
const nameOf = (call: CallUnderTest) => deepAll(call, '.name')[0]!;

function boxOf(call: CallUnderTest): DOMRect {
  return windowOf(call).getBoundingClientRect();
}

/** The distance to the two nearest edges of the page. */
function edgesOf(call: CallUnderTest): Record<string, number> {
  const { left, top, right, bottom } = boxOf(call);
  const [toRight, toBottom] = [innerWidth - right, innerHeight - bottom].map(Math.round);
  return {
    ...(left < toRight! ? { left: Math.round(left) } : { right: toRight! }),
    ...(top < toBottom! ? { top: Math.round(top) } : { bottom: toBottom! }),
  };
}

const at = (clientX: number, clientY: number) => ({
  ...{ clientX, clientY, bubbles: true, composed: true, pointerId: 1 },
});

function press(from: Element, x: number, y: number): void {
  from.dispatchEvent(new PointerEvent('pointerdown', at(x, y)));
}

function move(call: CallUnderTest, x: number, y: number): void {
  windowOf(call).dispatchEvent(new PointerEvent('pointermove', at(x, y)));
}

function release(): void {
  window.dispatchEvent(new PointerEvent('pointerup', at(0, 0)));
}

function key(call: CallUnderTest, name: string, shiftKey = false): void {
  handleOf(call).focus();
  handleOf(call).dispatchEvent(
    new KeyboardEvent('keydown', { key: name, shiftKey, bubbles: true, composed: true }),
  );
}
