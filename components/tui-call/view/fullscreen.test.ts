import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { sendMouse } from '@web/test-runner-commands';
import { connectedVideo, idle } from '../../../test/fakes/call-scenes.ts';
import { makeCall, show, type CallUnderTest } from '../../../test/support/call-under-test.ts';
import { arrived, buttonNamed, buttonNames, deepAll, drawn } from '../../../test/support/draw.ts';

describe('tui-call in full screen', () => {
  it('enters full screen by its button, renames the button, and leaves full screen by it', async () => {
    const call = await inCall();
    // The position after a drag.
    windowOf(call).style.translate = '-30px -20px';
    await press(buttonNamed(call, 'Full screen'));
    await filled(call, true);
    const { x, y, width, height } = windowOf(call).getBoundingClientRect();
    expect([x, y, width, height]).to.deep.equal([0, 0, window.innerWidth, window.innerHeight]);
    expect(buttonNames(call)).to.not.contain('Full screen');
    await press(buttonNamed(call, 'Leave full screen'));
    await filled(call, false);
    expect(buttonNames(call)).to.contain('Full screen');
    expect(windowOf(call).clientWidth).to.be.below(window.innerWidth);
  });

  it('enters and leaves full screen by setFullscreen()', async () => {
    const call = await inCall();
    await tapped(() => call.setFullscreen(true));
    await filled(call, true);
    await call.setFullscreen(false);
    await filled(call, false);
  });

  it('shows no notice if the browser refuses full screen', async () => {
    const call = await inCall();
    windowOf(call).requestFullscreen = () => Promise.reject(new TypeError('no user gesture'));
    await call.setFullscreen(true);
    expect(document.fullscreenElement === null).to.be.true;
    expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
  });

  it('does not enter full screen without a call', async () => {
    const call = await inCall();
    call.parts.engine.show(idle);
    await drawn();
    await tapped(() => call.setFullscreen(true));
    expect(document.fullscreenElement === null).to.be.true;
  });

  it('leaves full screen at the end of the call, and shows the next call in its window', async () => {
    const call = await inCall();
    await tapped(() => call.setFullscreen(true));
    await filled(call, true);
    await show(call, idle);
    await waitUntil(() => document.fullscreenElement === null);
    await show(call, connectedVideo);
    expect(buttonNames(call)).to.contain('Full screen');
    expect(windowOf(call).clientWidth).to.be.below(window.innerWidth);
  });

  it('does not close an element that the page shows in full screen', async () => {
    const call = await inCall();
    const own = await fixture<HTMLElement>(html`<div>A film of the page</div>`);
    await tapped(() => own.requestFullscreen());
    await call.setFullscreen(false);
    expect(document.fullscreenElement === own).to.be.true;
    await document.exitFullscreen();
  });
});

async function inCall(): Promise<CallUnderTest> {
  const call = await makeCall();
  await show(call, connectedVideo);
  await arrived(call);
  return call;
}

function windowOf(call: CallUnderTest): HTMLElement {
  return call.renderRoot.querySelector<HTMLElement>('.window')!;
}

async function filled(call: CallUnderTest, on: boolean): Promise<void> {
  await waitUntil(
    () => (call.shadowRoot?.fullscreenElement?.className ?? '').includes('window') === on,
  );
  await drawn();
}

/** Clicks with the mouse: browsers enter full screen only in a user gesture. */
async function press(button: HTMLElement): Promise<void> {
  const { left, top, width, height } = button.getBoundingClientRect();
  const position: [number, number] = [Math.round(left + width / 2), Math.round(top + height / 2)];
  await sendMouse({ type: 'click', position });
}

/** Calls `act` in a click on a button of the page. */
async function tapped(act: () => Promise<void>): Promise<void> {
  const button = await fixture<HTMLButtonElement>(html`<button>Do it</button>`);
  const done = new Promise<void>((resolve, reject) =>
    button.addEventListener('click', () => void act().then(resolve, reject), { once: true }),
  );
  await press(button);
  await done;
}
