import { expect } from '@open-wc/testing';
import { connectedVideo } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, deepAll, draw, textOf } from '../../test/support/draw.ts';

describe('tui-call-pill', () => {
  it('is accessible', async () => {
    await expect((await draw('tui-call-pill', connectedVideo)).element).to.be.accessible();
  });

  it('shows the peer and the duration', async () => {
    const { element } = await draw('tui-call-pill', connectedVideo);
    expect(textOf(element)).to.contain('Mina Kim');
    expect(textOf(element)).to.contain('02:14');
  });

  it('restores the call, mutes and hangs up', async () => {
    const { element, intents } = await draw('tui-call-pill', connectedVideo);
    deepAll(element, '.back')[0]?.click();
    buttonNamed(element, 'Mute').click();
    buttonNamed(element, 'Hang up').click();
    expect(intents).to.deep.equal([
      { type: 'minimise', on: false },
      { type: 'set-device', device: 'microphone', on: false },
      { type: 'hangup' },
    ]);
  });
});
