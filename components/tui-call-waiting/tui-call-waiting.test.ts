import { expect } from '@open-wc/testing';
import { connectedVideo, waiting, waitingWhileRinging } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-waiting', () => {
  it('is accessible, and shows the caller and the media type', async () => {
    const { element } = await draw('tui-call-waiting', waiting);
    await expect(element).to.be.accessible();
    expect(textOf(element)).to.contain('Dr. Rossi Incoming video call');
  });

  it('takes no focus', async () => {
    const { element } = await draw('tui-call-waiting', waiting);
    expect(element.shadowRoot?.activeElement).to.equal(null);
  });

  it('requests the action of the pressed button', async () => {
    const { element, intents } = await draw('tui-call-waiting', waiting);
    for (const name of buttonNames(element)) buttonNamed(element, name).click();
    expect(buttonNames(element)).to.deep.equal(['Decline', 'End & answer', 'Hold & answer']);
    expect(intents).to.deep.equal([
      { type: 'reject-waiting' },
      { type: 'accept-waiting', currentCall: 'end' },
      { type: 'accept-waiting', currentCall: 'hold' },
    ]);
  });

  it('does not offer to hold a call that is not connected', async () => {
    const { element } = await draw('tui-call-waiting', waitingWhileRinging);
    expect(buttonNames(element)).to.deep.equal(['Decline', 'End & answer']);
  });

  it('disappears with the waiting call, and ends its subscription when it is removed', async () => {
    const { element, scene } = await draw('tui-call-waiting', waiting);
    scene.show(connectedVideo);
    await drawn();
    expect(textOf(element)).to.equal('');
    element.remove();
    expect(scene.listenerCount).to.equal(0);
  });
});
