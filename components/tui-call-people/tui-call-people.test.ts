import { expect } from '@open-wc/testing';
import { group, mixedGroup } from '../../test/fakes/call-scenes.ts';
import {
  arrived,
  buttonNamed,
  buttonNames,
  deepAll,
  draw,
  drawn,
  textOf,
} from '../../test/support/draw.ts';

const contacts = [{ userId: 'eve', name: 'Eve' }];

describe('tui-call-people', () => {
  it('is accessible', async () => {
    const { element } = await draw('tui-call-people', mixedGroup, { view: { contacts } });
    await arrived(element);
    await expect(element).to.be.accessible();
  });

  it('lists joined members first, with the status of each member', async () => {
    const { element } = await draw('tui-call-people', mixedGroup);
    const lines = [...element.renderRoot.querySelectorAll('li')].map((line) =>
      textOf(line.querySelector('.text') ?? line),
    );
    expect(lines).to.deep.equal([
      'Alice Ahn ( You )',
      'Mina Kim',
      'Jonas P.',
      'Eve Okafor Reconnecting…',
      'Li Wei On hold',
      'Dr. Rossi Ringing…',
      'Sam Ortiz Declined',
      'Tom Weber No answer',
      'Zoé Martin In another call',
      'Ida Berg Left',
    ]);
    expect(textOf(element)).to.contain('Muted');
  });

  it('rings only members again who are not in the call', async () => {
    const { element, intents } = await draw('tui-call-people', mixedGroup);
    const names = buttonNames(element).filter((name) => name.startsWith('Ring'));
    expect(names).to.deep.equal([
      'Ring Sam Ortiz again',
      'Ring Tom Weber again',
      'Ring Zoé Martin again',
      'Ring Ida Berg again',
    ]);
    buttonNamed(element, 'Ring Sam Ortiz again').click();
    expect(intents).to.deep.equal([{ type: 'invite', userIds: ['sam'] }]);
  });

  it('offers to invite only if the page has contacts, and returns to the list', async () => {
    const none = await draw('tui-call-people', group);
    expect(buttonNames(none.element)).to.not.contain('Add people');
    const { element } = await draw('tui-call-people', group, { view: { contacts } });
    buttonNamed(element, 'Add people').click();
    await drawn();
    expect(deepAll(element, 'tui-call-invite').length).to.equal(1);
    buttonNamed(element, 'Back').click();
    await drawn();
    expect(deepAll(element, 'li').length).to.equal(4);
  });

  it('takes the focus, and closes with Escape', async () => {
    const { element } = await draw('tui-call-people', group);
    const panel = element.shadowRoot?.activeElement;
    expect(panel?.getAttribute('role')).to.equal('dialog');
    let closed = 0;
    element.addEventListener('close', () => (closed += 1));
    panel?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    expect(closed).to.equal(1);
  });

  it('subscribes only while it is in the document', async () => {
    const { element, scene } = await draw('tui-call-people', group);
    const before = scene.listenerCount;
    const parent = element.parentElement;
    element.remove();
    expect(scene.listenerCount).to.equal(0);
    parent?.append(element);
    await drawn();
    expect(scene.listenerCount).to.equal(before);
  });
});
