import { expect, fixture, html } from '@open-wc/testing';
import { idle } from '../../test/fakes/call-scenes.ts';
import { CallUnderTest, makeCall, show } from '../../test/support/call-under-test.ts';
import { drawn } from '../../test/support/draw.ts';
import { register } from '../shared/register.ts';

describe('values that frameworks set on tui-call', () => {
  for (const [attribute, property] of [
    ['mute-ringtone', 'muteRingtone'],
    ['preview-incoming', 'previewIncoming'],
  ] as const) {
    it(`reads ${attribute}="false" as false`, async () => {
      const call = await makeCall();
      for (const [value, expected] of [
        ['', true],
        ['false', false],
        ['true', true],
        [attribute, true],
      ] as const) {
        call.setAttribute(attribute, value);
        expect(call[property], value).to.equal(expected);
      }
      call.removeAttribute(attribute);
      expect(call[property]).to.be.false;
    });
  }

  it('keeps properties that were set before the element was defined', async () => {
    const values = {
      server: 'https://calls.example',
      userId: 'alice',
      userSig: 'sig-1',
      contacts: [{ userId: 'eve', name: 'Eve' }],
      muteRingtone: true,
    };
    const call = await late('late-properties', (element) => Object.assign(element, values));
    for (const [name, value] of Object.entries(values)) {
      expect(Object.hasOwn(call, name), name).to.be.false;
      expect(call[name as keyof typeof values]).to.equal(value);
    }
    expect(call.parts.engine.asked).to.deep.equal([
      ['init', { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' }],
    ]);
    await show(call, idle);
    call.userSig = 'sig-2';
    await drawn();
    expect(call.parts.engine.asked.at(-1)).to.deep.equal(['renewUserSig', 'sig-2']);
  });

  it('reads properties that a framework wrote as attributes before the definition', async () => {
    const call = await late('late-attributes', (element) => {
      element.setAttribute('server', 'https://calls.example');
      element.setAttribute('userId', 'alice');
      element.setAttribute('userSig', 'sig-1');
      element.setAttribute('muteRingtone', 'false');
      element.setAttribute('fillMode', 'contain');
    });
    expect(call.parts.engine.asked).to.deep.equal([
      ['init', { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' }],
    ]);
    expect(call.outerHTML).to.not.contain('sig-1');
    expect(call.muteRingtone).to.be.false;
    expect(call.fillMode).to.equal('contain');
  });

  it('removes the userSig attribute from the document, in each spelling that it reads', async () => {
    const call = await makeCall();
    for (const name of ['user-sig', 'USER-SIG', 'usersig', 'userSig']) {
      call.setAttribute(name, `of ${name}`);
      expect(call.userSig).to.equal(`of ${name}`);
      expect(call.outerHTML).to.not.contain('of ');
    }
  });
});

/** Inserts an element, lets `set` change it, and defines its class afterwards. */
async function late(tag: string, set: (element: HTMLElement) => void): Promise<CallUnderTest> {
  const place = await fixture<HTMLDivElement>(html`<div></div>`);
  const element = document.createElement(tag);
  set(element);
  place.append(element);
  const table = { [tag]: class extends CallUnderTest {} };
  register(table);
  await drawn();
  if (!(element instanceof CallUnderTest)) throw new Error(`${tag} was not upgraded`);
  return element;
}
