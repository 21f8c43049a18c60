import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { sendKeys, sendMouse } from '@web/test-runner-commands';
import { connectedVideo, idle, incomingVideo } from '../../../test/fakes/call-scenes.ts';
import {
  asked,
  type CallUnderTest,
  makeCall,
  show,
} from '../../../test/support/call-under-test.ts';
import { arrived, buttonNamed, deepAll, drawn } from '../../../test/support/draw.ts';
import { deepActiveElement } from '../../shared/focus.ts';

/** Pages with dialogs, transforms and focus traps of their own. All presses are those of a real mouse. */

describe('tui-call above the page', () => {
  describe('while the page shows a modal dialog', () => {
    it('an incoming call is accepted by mouse, and the dialog works again', async () => {
      const { dialog, closes } = await pageWithDialog();
      dialog.showModal();
      const call = await inPlace(await makeCall(), incomingVideo);
      await press(buttonNamed(call, 'Accept'));
      expect(asked(call)).to.deep.equal(['accept']);
      await press(dialog.querySelector('button')!);
      expect(dialog.returnValue).to.equal('pressed');
      expect(closes).to.deep.equal([]);
    });

    it('an incoming call takes the focus, and Escape returns it to the dialog', async () => {
      const { dialog } = await pageWithDialog();
      dialog.showModal();
      dialog.querySelector('button')!.focus();
      const call = await inPlace(await makeCall(), incomingVideo);
      expect(document.activeElement === call).to.be.true;
      await sendKeys({ press: 'Tab' });
      expect(document.activeElement === call).to.be.true;
      await sendKeys({ press: 'Escape' });
      expect(document.activeElement?.localName).to.equal('button');
      expect(dialog.open).to.be.true;
    });

    it('an incoming call takes no focus from a text field, and F6 moves the focus to it and back', async () => {
      const { dialog, field } = await pageWithDialog();
      dialog.showModal();
      field.focus();
      const call = await inPlace(await makeCall(), incomingVideo);
      await sendKeys({ type: 'on' });
      await sendKeys({ press: 'F6' });
      expect(document.activeElement === call).to.be.true;
      await sendKeys({ press: 'F6' });
      await sendKeys({ type: 'ward' });
      expect(field.value).to.equal('onward');
    });

    it('a running call is muted and hung up, and the page sees no press beside its dialog', async () => {
      const call = await inPlace(await makeCall(), connectedVideo);
      const { dialog, field, closes } = await pageWithDialog();
      dialog.showModal();
      field.focus();
      await press(buttonNamed(call, 'Mute'));
      await press(buttonNamed(call, 'More'));
      expect(deepAll(call, 'tui-call-devices').length).to.equal(1);
      await sendMouse({ type: 'move', position: middleOf(field) });
      await sendKeys({ type: 'a note' });
      expect(field.value).to.equal('a note');
      await press(buttonNamed(call, 'Hang up'));
      expect(asked(call)).to.deep.equal(['closeMicrophone', 'getDevices', 'hangup']);
      expect(dialog.open).to.be.true;
      expect(closes).to.deep.equal([]);
    });

    it('lies above a dialog that a component of the page opens, and above a second one', async () => {
      const call = await inPlace(await makeCall(), connectedVideo);
      const component = await fixture<HTMLElement>(html`<div></div>`);
      const root = component.attachShadow({ mode: 'open' });
      const dialogs = ['first', 'second'].map((text) => {
        const dialog = root.appendChild(document.createElement('dialog'));
        dialog.append(Object.assign(document.createElement('button'), { textContent: text }));
        return dialog;
      });
      for (const dialog of dialogs) {
        dialog.showModal();
        await press(buttonNamed(call, 'Mute'));
      }
      expect(asked(call)).to.deep.equal(['closeMicrophone', 'closeMicrophone']);
      dialogs.forEach((dialog) => dialog.close());
    });

    it('shows a call of mode inline above the dialog, and returns it to its place', async () => {
      const place = await fixture<HTMLElement>(
        html`<div style="block-size: 400px">
          <call-under-test mode="inline"></call-under-test>
        </div>`,
      );
      const call = place.querySelector<CallUnderTest>('call-under-test')!;
      await inPlace(call, connectedVideo);
      const before = windowOf(call).getBoundingClientRect();
      const { dialog } = await pageWithDialog();
      dialog.showModal();
      await press(buttonNamed(call, 'Hang up'));
      expect(asked(call)).to.deep.equal(['hangup']);
      dialog.close();
      await waitUntil(() => windowOf(call).getBoundingClientRect().width === before.width);
      expect(windowOf(call).getBoundingClientRect()).to.deep.equal(before);
    });

    it('leaves later presses to the page if a press on the widget ends beside it', async () => {
      const { dialog } = await pageWithDialog();
      dialog.showModal();
      const call = await inPlace(await makeCall(), connectedVideo);
      await sendMouse({ type: 'move', position: middleOf(buttonNamed(call, 'Mute')) });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: middleOf(dialog.querySelector('button')!) });
      await sendMouse({ type: 'up' });
      await press(dialog.querySelector('button')!);
      expect(dialog.returnValue).to.equal('pressed');
      expect(asked(call)).to.deep.equal([]);
    });

    it('leaves the page alone once the call is over', async () => {
      const { dialog, field } = await pageWithDialog();
      dialog.showModal();
      const call = await inPlace(await makeCall(), incomingVideo);
      await show(call, idle);
      field.focus();
      await sendKeys({ type: 'free' });
      expect(field.value).to.equal('free');
      await sendKeys({ press: 'F6' });
      expect(document.activeElement === field).to.be.true;
    });
  });

  it('works where the page makes everything beside its own dialog inert', async () => {
    const page = await fixture<HTMLElement>(
      html`<div inert><call-under-test></call-under-test></div>`,
    );
    const call = page.querySelector<CallUnderTest>('call-under-test')!;
    await inPlace(call, incomingVideo);
    expect(document.activeElement === call).to.be.true;
    await press(buttonNamed(call, 'Decline'));
    expect(asked(call)).to.deep.equal(['reject']);
  });

  it('lies above a popover and an element in full screen of the page', async () => {
    const call = await inPlace(await makeCall(), connectedVideo);
    const cover = await fixture<HTMLElement>(
      html`<div
        popover="manual"
        style="inset: 0; inline-size: 100%; block-size: 100%; z-index: 2147483647"
      ></div>`,
    );
    cover.showPopover();
    await drawn();
    await press(buttonNamed(call, 'Mute'));
    cover.hidePopover();
    await inGesture(() => cover.requestFullscreen());
    await waitUntil(() => document.fullscreenElement === cover);
    await drawn();
    await press(buttonNamed(call, 'Mute'));
    expect(asked(call)).to.deep.equal(['closeMicrophone', 'closeMicrophone']);
    await document.exitFullscreen();
  });

  for (const property of ['transform: scale(0.5)', 'filter: blur(1px)', 'contain: strict']) {
    it(`stays in the corner of the viewport and follows a drag inside of ${property}`, async () => {
      const page = await fixture<HTMLElement>(
        html`<div
          style="inline-size: 300px; block-size: 200px; overflow: hidden; margin: 40px; ${property}"
        >
          <call-under-test></call-under-test>
        </div>`,
      );
      const call = page.querySelector<CallUnderTest>('call-under-test')!;
      const { scrollWidth, scrollHeight } = document.documentElement;
      await inPlace(call, connectedVideo);
      const box = () => windowOf(call).getBoundingClientRect();
      const { right, bottom, width } = box();
      expect([width, right, bottom]).to.deep.equal([420, innerWidth - 24, innerHeight - 24]);
      const { scrollWidth: wide, scrollHeight: high } = document.documentElement;
      expect([wide, high, scrollX, scrollY]).to.deep.equal([scrollWidth, scrollHeight, 0, 0]);
      const [x, y] = [Math.round(right - 210), Math.round(bottom - 190)];
      await sendMouse({ type: 'move', position: [x, y] });
      await sendMouse({ type: 'down' });
      await sendMouse({ type: 'move', position: [x - 60, y - 30] });
      await sendMouse({ type: 'up' });
      expect([box().right, box().bottom]).to.deep.equal([right - 60, bottom - 30]);
    });
  }

  describe('on a page with a focus trap', () => {
    it('opens its menu, which stays usable by mouse', async () => {
      const call = await inPlace(await makeCall(), connectedVideo);
      const { field, pulls } = await trap();
      await press(buttonNamed(call, 'More'));
      await drawn();
      expect(deepActiveElement() === field).to.be.true;
      await press(deepAll(call, '[role=menuitem]').at(-1)!);
      expect(asked(call)).to.deep.equal(['getDevices', 'switchCallMediaType']);
      // Once for each press and once for the menu: the widget does not take the focus back.
      expect(pulls()).to.be.below(5);
    });

    it('leaves the focus to the trap while a call rings', async () => {
      const { field, pulls } = await trap();
      const call = await inPlace(await makeCall(), incomingVideo);
      await show(call, { ...incomingVideo });
      expect(deepActiveElement() === field).to.be.true;
      expect(pulls()).to.be.below(2);
      await press(buttonNamed(call, 'Accept'));
      expect(asked(call)).to.deep.equal(['accept']);
    });
  });
});

/** A dialog of the page that covers it, with a field, a button, and the usual closing by a press beside it. */
async function pageWithDialog() {
  const dialog = await fixture<HTMLDialogElement>(
    html`<dialog style="inline-size: 90vw; block-size: 90vh">
      <form>
        <input aria-label="Note" />
        <button type="button">Save</button>
      </form>
    </dialog>`,
  );
  const closes: string[] = [];
  for (const type of ['pointerdown', 'mousedown', 'mouseup', 'click'] as const)
    dialog.addEventListener(type, ({ target }) => target === dialog && closes.push(type));
  dialog.querySelector('button')!.onclick = () => (dialog.returnValue = 'pressed');
  return { dialog, closes, field: dialog.querySelector('input')! };
}

/** The focus trap of many pages: what is focused outside of the dialog loses the focus at once. */
async function trap() {
  const box = await fixture<HTMLElement>(html`<div><input aria-label="Trapped" /></div>`);
  const field = box.querySelector('input')!;
  let pulls = 0;
  const onFocus = ({ target }: FocusEvent) => {
    if (!box.isConnected) return document.removeEventListener('focusin', onFocus);
    if (box.contains(target as Node)) return;
    pulls += 1;
    field.focus();
  };
  document.addEventListener('focusin', onFocus);
  field.focus();
  return { field, pulls: () => pulls };
}

async function inPlace(call: CallUnderTest, state: typeof idle): Promise<CallUnderTest> {
  await show(call, state);
  await arrived(call);
  return call;
}

function windowOf(call: CallUnderTest): HTMLElement {
  return call.renderRoot.querySelector<HTMLElement>('.window')!;
}

function middleOf(element: Element): [number, number] {
  const { left, top, width, height } = element.getBoundingClientRect();
  return [Math.round(left + width / 2), Math.round(top + height / 2)];
}

async function press(element: Element): Promise<void> {
  element.scrollIntoView({ block: 'nearest' });
  await sendMouse({ type: 'click', position: middleOf(element) });
  await drawn();
}

/** Browsers enter full screen only in a user gesture. */
async function inGesture(act: () => Promise<void>): Promise<void> {
  const done = new Promise<void>((resolve, reject) =>
    document.addEventListener('keydown', () => void act().then(resolve, reject), { once: true }),
  );
  await sendKeys({ press: 'x' });
  await done;
}
