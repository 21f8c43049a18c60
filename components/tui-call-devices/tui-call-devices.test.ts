import { expect } from '@open-wc/testing';
import { connectedAudio, connectedVideo, me, mina } from '../../test/fakes/call-scenes.ts';
import { deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

const items = (menu: Element) => deepAll<HTMLButtonElement>(menu, 'button');
const press = (at: Element | null | undefined, key: string) =>
  at?.dispatchEvent(
    new KeyboardEvent('keydown', { key, bubbles: true, composed: true, cancelable: true }),
  );

describe('tui-call-devices', () => {
  it('is accessible', async () => {
    await expect((await draw('tui-call-devices', connectedVideo)).element).to.be.accessible();
  });

  it('lists the devices, and marks the selected ones', async () => {
    const { element } = await draw('tui-call-devices', connectedVideo);
    const chosen = items(element).filter((item) => item.getAttribute('aria-checked') === 'true');
    expect(chosen.map((item) => item.textContent.trim())).to.deep.equal([
      'MacBook Pro',
      'FaceTime HD',
      'System default',
    ]);
    expect(textOf(element)).to.contain('AirPods Pro');
  });

  it('marks the default device of the system', async () => {
    const microphones = connectedVideo.devices.microphones.map((one) => ({
      ...one,
      isDefault: one.deviceId === 'm2',
    }));
    const devices = { ...connectedVideo.devices, microphones };
    const { element } = await draw('tui-call-devices', { ...connectedVideo, devices });
    expect(items(element)[1]?.textContent.trim()).to.equal('AirPods Pro (System default)');
  });

  it('hides devices that the browser cannot select', async () => {
    const devices = { ...connectedVideo.devices, speakers: [] };
    expect(
      textOf((await draw('tui-call-devices', { ...connectedVideo, devices })).element),
    ).to.not.contain('Speaker');
    expect(textOf((await draw('tui-call-devices', connectedAudio)).element)).to.not.contain(
      'Camera',
    );
  });

  it('offers hold only in a connected call', async () => {
    const hold = (element: Element) =>
      items(element).find((item) => item.textContent.trim() === 'Hold');
    const { element, intents } = await draw('tui-call-devices', connectedVideo);
    hold(element)?.click();
    expect(intents).to.deep.equal([{ type: 'hold', on: true }]);
    const away = await draw('tui-call-devices', { ...connectedVideo, phase: 'reconnecting' });
    expect(hold(away.element)).to.equal(undefined);
  });

  it('requests the pressed device and closes', async () => {
    const { element, intents } = await draw('tui-call-devices', connectedVideo);
    const closed: boolean[] = [];
    element.addEventListener('close', (event) =>
      closed.push((event as CustomEvent<{ refocus: boolean }>).detail.refocus),
    );
    items(element)[1]?.click();
    expect(intents).to.deep.equal([{ type: 'select-device', kind: 'microphone', deviceId: 'm2' }]);
    expect(closed).to.deep.equal([true]);
  });

  it('switches the call between audio and video', async () => {
    const video = await draw('tui-call-devices', connectedVideo);
    items(video.element).at(-1)?.click();
    const audio = await draw('tui-call-devices', connectedAudio);
    items(audio.element).at(-1)?.click();
    expect([...video.intents, ...audio.intents]).to.deep.equal([
      { type: 'switch-media-type', mediaType: 'audio' },
      { type: 'switch-media-type', mediaType: 'video' },
    ]);
  });

  it('moves the focus with the arrow keys, Home and End', async () => {
    const { element } = await draw('tui-call-devices', connectedVideo);
    const all = items(element);
    const at = () => all.findIndex((item) => item === element.shadowRoot?.activeElement);
    expect(at()).to.equal(0);
    press(all[0], 'ArrowUp');
    expect(at()).to.equal(all.length - 1);
    press(all.at(-1), 'ArrowDown');
    expect(at()).to.equal(0);
    press(all[0], 'End');
    expect(at()).to.equal(all.length - 1);
    press(all.at(-1), 'Home');
    expect(at()).to.equal(0);
  });

  it('shows the volume of the microphone', async () => {
    const { element, scene } = await draw('tui-call-devices', connectedVideo);
    expect(element.renderRoot.querySelectorAll('.lit').length).to.equal(0);
    scene.show({ ...connectedVideo, members: [{ ...me, volume: 60 }, mina] });
    await drawn();
    expect(element.renderRoot.querySelectorAll('.lit').length).to.equal(4);
  });
});
