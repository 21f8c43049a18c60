import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import { connectedAudio, connectedVideo, sharing } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, nameOf } from '../../test/support/draw.ts';
import { deepActiveElement } from '../shared/focus.ts';

const press = (at: Element, key: string) =>
  at.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
  );

describe('tui-call-controls', () => {
  it('is accessible, with the menu closed and open', async () => {
    const { element } = await draw('tui-call-controls', connectedVideo);
    await expect(element).to.be.accessible();
    buttonNamed(element, 'More').click();
    await drawn();
    await expect(element).to.be.accessible();
  });

  it('has Hang up as its last button', async () => {
    const { element } = await draw('tui-call-controls', connectedVideo);
    expect(buttonNames(element)).to.deep.equal([
      'Mute',
      'Turn camera off',
      'Share screen',
      'More',
      'Hang up',
    ]);
    const audio = await draw('tui-call-controls', connectedAudio);
    expect(buttonNames(audio.element)).to.deep.equal(['Mute', 'Share screen', 'More', 'Hang up']);
  });

  it('shows no screen share button if the browser cannot share a screen', async () => {
    const { element } = await draw('tui-call-controls', connectedVideo, {
      view: { canShareScreen: false },
    });
    expect(buttonNames(element)).to.not.include('Share screen');
  });

  it('requests to share, to stop sharing, and to hang up', async () => {
    const { element, intents, scene } = await draw('tui-call-controls', connectedVideo);
    buttonNamed(element, 'Share screen').click();
    scene.show(sharing);
    await drawn();
    buttonNamed(element, 'Stop sharing').click();
    buttonNamed(element, 'Hang up').click();
    expect(intents).to.deep.equal([
      { type: 'set-device', device: 'screen', on: true },
      { type: 'set-device', device: 'screen', on: false },
      { type: 'hangup' },
    ]);
  });

  it('opens the menu with the current devices', async () => {
    const { element, intents } = await draw('tui-call-controls', connectedVideo);
    buttonNamed(element, 'More').click();
    await drawn();
    expect(intents).to.deep.equal([{ type: 'list-devices' }]);
    expect(element.inUse).to.be.true;
    expect(deepAll(element, '[role=menu]').length).to.equal(1);
  });

  it('closes the menu with Escape and returns the focus', async () => {
    const { element } = await draw('tui-call-controls', connectedVideo);
    buttonNamed(element, 'More').click();
    await drawn();
    press(deepAll(element, '[role=menuitemradio]')[0]!, 'Escape');
    await drawn();
    expect(deepAll(element, '[role=menu]').length).to.equal(0);
    expect(element.shadowRoot?.activeElement?.id).to.equal('more');
  });

  it('closes the menu with Tab, which moves on from the button of the menu', async () => {
    for (const name of ['Hang up', 'Share screen']) {
      const { element } = await draw('tui-call-controls', connectedVideo);
      buttonNamed(element, 'More').click();
      await drawn();
      if (name !== 'Hang up') await sendKeys({ down: 'Shift' });
      await sendKeys({ press: 'Tab' });
      await sendKeys({ up: 'Shift' });
      await drawn();
      expect(nameOf(deepActiveElement()!)).to.equal(name);
      expect(deepAll(element, 'tui-call-devices').length).to.equal(0);
    }
  });

  it('closes the menu at a press outside', async () => {
    const { element } = await draw('tui-call-controls', connectedVideo);
    buttonNamed(element, 'More').click();
    await drawn();
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await drawn();
    expect(deepAll(element, '[role=menu]').length).to.equal(0);
  });
});
