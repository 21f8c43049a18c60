import { expect } from '@open-wc/testing';
import {
  calling,
  cameraBusy,
  connectedVideo,
  muted,
  off,
  on,
} from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-toggle', () => {
  it('is accessible, on and off', async () => {
    await expect((await draw('tui-call-toggle', connectedVideo)).element).to.be.accessible();
    await expect((await draw('tui-call-toggle', muted)).element).to.be.accessible();
  });

  it('is named after its action', async () => {
    const { element, scene } = await draw('tui-call-toggle', connectedVideo);
    expect(buttonNames(element)).to.deep.equal(['Mute']);
    scene.show(muted);
    await drawn();
    expect(buttonNames(element)).to.deep.equal(['Unmute']);
    const camera = await draw('tui-call-toggle', connectedVideo, { set: { device: 'camera' } });
    expect(buttonNames(camera.element)).to.deep.equal(['Turn camera off']);
  });

  it('requests the opposite of the current state', async () => {
    const { element, intents, scene } = await draw('tui-call-toggle', connectedVideo);
    buttonNamed(element, 'Mute').click();
    scene.show(muted);
    await drawn();
    buttonNamed(element, 'Unmute').click();
    expect(intents).to.deep.equal([
      { type: 'set-device', device: 'microphone', on: false },
      { type: 'set-device', device: 'microphone', on: true },
    ]);
  });

  it('shows "on" at once, and "off" only when the device is off', async () => {
    const camera = { set: { device: 'camera' } } as const;
    const opening = await draw('tui-call-toggle', calling, camera);
    expect(buttonNames(opening.element)).to.deep.equal(['Turn camera off']);
    const closing = { ...connectedVideo, camera: { ...on, wanted: false, pending: true } };
    expect(buttonNames((await draw('tui-call-toggle', closing, camera)).element)).to.deep.equal([
      'Turn camera off',
    ]);
    const closed = { ...connectedVideo, camera: off };
    expect(buttonNames((await draw('tui-call-toggle', closed, camera)).element)).to.deep.equal([
      'Turn camera on',
    ]);
  });

  it('marks a failed device', async () => {
    const { element } = await draw('tui-call-toggle', cameraBusy, { set: { device: 'camera' } });
    expect(textOf(element)).to.contain('!');
    const { element: fine } = await draw('tui-call-toggle', { ...connectedVideo, microphone: on });
    expect(textOf(fine)).to.not.contain('!');
  });

  it('subscribes only while it is in the document', async () => {
    const { element, scene } = await draw('tui-call-toggle', connectedVideo);
    const parent = element.parentElement;
    expect(scene.listenerCount).to.equal(1);
    element.remove();
    expect(scene.listenerCount).to.equal(0);
    parent?.append(element);
    scene.show(muted);
    await drawn();
    expect(scene.listenerCount).to.equal(1);
    expect(buttonNames(element)).to.deep.equal(['Unmute']);
  });
});
