import { expect } from '@open-wc/testing';
import { group, idle, incomingVideo } from '../../test/fakes/call-scenes.ts';
import {
  CallUnderTest,
  makeCall,
  refusal,
  show,
  signedIn,
} from '../../test/support/call-under-test.ts';
import { reportedErrors } from '../../test/support/reported-errors.ts';
import { buttonNamed, buttonNames, drawn, textOf } from '../../test/support/draw.ts';

describe('wrong use of tui-call', () => {
  for (const missing of ['server', 'user-id', 'user-sig']) {
    it(`signs nobody in without ${missing}, and shows nothing`, async () => {
      const call = await makeCall();
      const errors: unknown[] = [];
      call.addEventListener('call-error', (event) => errors.push(event.detail));
      for (const name of ['server', 'user-id', 'user-sig']) {
        if (name !== missing) call.setAttribute(name, 'https://calls.example');
      }
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([]);
      expect(errors).to.deep.equal([]);
      expect(textOf(call)).to.equal('');
    });
  }

  it('refuses a command of an element outside of a document', async () => {
    const refused = await refusal(new CallUnderTest().calls(['bob'], 'video'));
    expect(refused).to.have.property('name', 'not-initialized');
  });

  for (const [what, value, kept] of [
    ['a text', 'bob, carol', null],
    ['an object', { userId: 'bob', name: 'Bob' }, null],
    ['a list of texts', ['bob'], []],
    [
      'a list with null',
      [{ userId: 'carol', name: 'Carol' }, null],
      [{ userId: 'carol', name: 'Carol' }],
    ],
  ] as const) {
    it(`leaves out what is no contact, and reports it: ${what}`, async () => {
      const call = await signedIn();
      const messages: string[] = [];
      call.addEventListener('call-error', (event) => messages.push(event.detail.message));
      Reflect.set(call, 'contacts', value);
      await show(call, group);
      expect(call.contacts).to.deep.equal(kept);
      expect(messages).to.have.length(1);
      expect(messages[0]).to.contain('contacts has to be a list');
      expect(buttonNames(call)).to.include('Hang up');
    });
  }

  it('takes undefined contacts as null, without an error', async () => {
    const call = await signedIn();
    let errors = 0;
    call.addEventListener('call-error', () => (errors += 1));
    Reflect.set(call, 'contacts', undefined);
    await show(call, group);
    expect(call.contacts).to.be.null;
    expect(errors).to.equal(0);
  });

  it('continues when a handler of the page throws; the browser reports the error', async () => {
    const call = await signedIn();
    const failure = new Error('a bug of the page');
    const listeners = new AbortController();
    for (const name of ['call-received', 'state-changed'] as const) {
      call.addEventListener(
        name,
        () => {
          throw failure;
        },
        { signal: listeners.signal },
      );
    }
    const errors = await reportedErrors(async () => {
      await show(call, incomingVideo);
      call.parts.engine.notify('onCallReceived', ['mina', ['alice'], '', 'video']);
      await drawn();
    });
    expect(new Set(errors)).to.deep.equal(new Set([failure]));
    expect(errors.length).to.be.at.least(2);
    buttonNamed(call, 'Accept').click();
    await drawn();
    expect(call.parts.engine.asked.at(-1)?.[0]).to.equal('accept');
    listeners.abort();
    await show(call, idle);
    expect(textOf(call)).to.equal('');
  });
});
