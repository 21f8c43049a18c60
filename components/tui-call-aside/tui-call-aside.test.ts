import { expect } from '@open-wc/testing';
import { elsewhere, held, onlyHeld, waiting } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';

describe('tui-call-aside', () => {
  it('is accessible in each of its states', async () => {
    for (const state of [held, elsewhere, waiting])
      await expect((await draw('tui-call-aside', state)).element).to.be.accessible();
  });

  it('takes a held call up again, also when no other is there', async () => {
    for (const state of [held, onlyHeld]) {
      const { element, intents } = await draw('tui-call-aside', state);
      expect(textOf(element)).to.contain('Dr. Rossi On hold');
      buttonNamed(element, 'Resume').click();
      expect(intents).to.deep.equal([{ type: 'hold', on: false }]);
    }
  });

  it('takes up the newest of several first', async () => {
    const [call] = held.held;
    const { element } = await draw('tui-call-aside', { ...held, held: [call!, call!] });
    expect(deepAll(element, '.strip').length).to.equal(2);
    expect(buttonNames(element)).to.deep.equal(['Resume']);
  });

  it('moves the call on another device here', async () => {
    const { element, intents } = await draw('tui-call-aside', elsewhere);
    expect(textOf(element)).to.contain('Mina Kim In a call on another device');
    buttonNamed(element, 'Move here').click();
    expect(intents).to.deep.equal([{ type: 'move-here' }]);
  });

  it('puts the line of that call away, and shows that of another one', async () => {
    const { element, scene } = await draw('tui-call-aside', elsewhere);
    buttonNamed(element, 'Close').click();
    await drawn();
    expect(textOf(element)).to.equal('');
    const other = { ...elsewhere.elsewhere!, callId: held.callId! };
    scene.show({ ...elsewhere, elsewhere: other });
    await drawn();
    expect(buttonNames(element)).to.contain('Move here');
  });

  it('shows who waits', async () => {
    const { element } = await draw('tui-call-aside', waiting);
    expect(deepAll(element, 'tui-call-waiting').length).to.equal(1);
  });

  it('looks away when it is taken out', async () => {
    const { element, scene } = await draw('tui-call-aside', held);
    element.remove();
    expect(scene.listenerCount).to.equal(0);
  });
});
