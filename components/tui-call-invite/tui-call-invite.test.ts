import { expect } from '@open-wc/testing';
import { group } from '../../test/fakes/call-scenes.ts';
import { arrived, buttonNamed, deepAll, draw, drawn, textOf } from '../../test/support/draw.ts';
import { matching } from './matching.ts';

const contacts = [
  { userId: 'mina', name: 'Mina Kim' },
  { userId: 'eve', name: 'Eve Okafor' },
  { userId: 'zoe', name: 'Zoé Martin' },
];
const inviteIn = () => draw('tui-call-invite', group, { view: { contacts } });
const options = (element: Element) => deepAll<HTMLButtonElement>(element, '[role=option]');
const names = (element: Element) => deepAll(element, '[role=option] bdi').map((n) => n.textContent);
const press = (at: Element | null | undefined, key: string) =>
  at?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));

async function search(element: Element, query: string): Promise<void> {
  const input = deepAll<HTMLInputElement>(element, 'input')[0];
  if (!input) throw new Error('no field to search in');
  input.value = query;
  input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await drawn();
}

describe('tui-call-invite', () => {
  it('is accessible, with a selected contact and without a match', async () => {
    const { element } = await inviteIn();
    options(element)[1]?.click();
    await drawn();
    for (const button of deepAll(element, 'tui-call-button')) await arrived(button);
    await expect(element).to.be.accessible();
    await search(element, 'qqq');
    expect(textOf(element)).to.contain('Nobody found');
    await expect(element).to.be.accessible();
  });

  it('finds contacts by name and userId, regardless of accents and case', async () => {
    const { element } = await inviteIn();
    await search(element, 'ZOE mar');
    expect(names(element)).to.deep.equal(['Zoé Martin']);
    expect(matching(contacts, 'eve').map(({ userId }) => userId)).to.deep.equal(['eve']);
    expect(matching(contacts, '  ')).to.deep.equal(contacts);
  });

  it('invites all contacts selected in several searches, and dispatches done', async () => {
    const { element, intents } = await inviteIn();
    let done = 0;
    element.addEventListener('done', () => (done += 1));
    options(element)[1]?.click();
    await search(element, 'zo');
    options(element)[0]?.click();
    await drawn();
    buttonNamed(element, 'Invite 2').click();
    expect(intents).to.deep.equal([{ type: 'invite', userIds: ['eve', 'zoe'] }]);
    expect(done).to.equal(1);
  });

  it('invites nobody without a selection, and offers no joined member', async () => {
    const { element, intents } = await inviteIn();
    options(element)[0]?.click();
    await drawn();
    expect(options(element)[0]?.getAttribute('aria-disabled')).to.equal('true');
    const button = buttonNamed(element, 'Add people');
    expect(button.getAttribute('aria-disabled')).to.equal('true');
    button.click();
    expect(intents).to.deep.equal([]);
  });

  it('does not invite a contact who has joined since the selection', async () => {
    const { element, scene } = await inviteIn();
    options(element)[1]?.click();
    const eve = { ...group.members[1]!, userId: 'eve' as (typeof group.members)[1]['userId'] };
    scene.show({ ...group, members: [...group.members, eve] });
    await drawn();
    expect(textOf(element)).to.not.contain('Invite 1');
  });

  it('moves from the field through the list and back with the arrow keys', async () => {
    const { element } = await inviteIn();
    const at = () => element.shadowRoot?.activeElement;
    expect(at()?.localName).to.equal('input');
    press(at(), 'ArrowDown');
    expect(at()).to.equal(options(element)[0]);
    press(at(), 'End');
    expect(at()).to.equal(options(element)[2]);
    press(at(), 'ArrowUp');
    press(at(), 'Home');
    press(at(), 'ArrowUp');
    expect(at()?.localName).to.equal('input');
  });

  it('ends its subscription when it is removed', async () => {
    const { element, scene } = await inviteIn();
    element.remove();
    expect(scene.listenerCount).to.equal(0);
  });
});
