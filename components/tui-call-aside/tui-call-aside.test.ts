import { expect } from '@open-wc/testing';
import { elsewhere, held, onlyHeld, waiting } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-aside', () => {
  it('is accessible in each of its states', async () => {
    for (const state of [held, elsewhere, waiting])
      await expect((await draw('tui-call-aside', state)).element).to.be.accessible();
  });

  it('resumes a held call, also without a current call', async () => {
    for (const state of [held, onlyHeld]) {
      const { element, intents } = await draw('tui-call-aside', state);
      expect(textOf(element)).to.contain('Dr. Rossi On hold');
      buttonNamed(element, 'Resume').click();
      expect(intents).to.deep.equal([{ type: 'hold', on: false }]);
    }
  });

  it('offers to resume the newest of several held calls', async () => {
    const [call] = held.held;
    const { element } = await draw('tui-call-aside', { ...held, held: [call!, call!] });
    expect(deepAll(element, '.strip').length).to.equal(2);
    expect(buttonNames(element)).to.deep.equal(['Resume']);
  });

  it('moves a call from another device to this one', async () => {
    const { element, intents } = await draw('tui-call-aside', elsewhere);
    expect(textOf(element)).to.contain('Mina Kim In a call on another device');
    buttonNamed(element, 'Move here').click();
    expect(intents).to.deep.equal([{ type: 'move-here' }]);
  });

  it('dismisses the line of that call, and shows the line of another call', async () => {
    const { element, scene } = await draw('tui-call-aside', elsewhere);
    buttonNamed(element, 'Close').click();
    await drawn();
    expect(textOf(element)).to.equal('');
    const other = { ...elsewhere.elsewhere!, callId: held.callId! };
    scene.show({ ...elsewhere, elsewhere: other });
    await drawn();
    expect(buttonNames(element)).to.contain('Move here');
  });

  it('shows the waiting caller', async () => {
    const { element } = await draw('tui-call-aside', waiting);
    expect(deepAll(element, 'tui-call-waiting').length).to.equal(1);
  });

  it('ends its subscription when it is removed', async () => {
    const { element, scene } = await draw('tui-call-aside', held);
    element.remove();
    expect(scene.listenerCount).to.equal(0);
  });
});
