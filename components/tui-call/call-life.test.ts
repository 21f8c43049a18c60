import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { CallError } from '../../src/engine/api/call-error.ts';
import {
  connectedVideo,
  failing,
  idle,
  incomingVideo,
  mina,
  removed,
} from '../../test/fakes/call-scenes.ts';
import {
  asked,
  type CallUnderTest,
  makeCall,
  refusal,
  removeForGood,
  show,
  signedIn,
} from '../../test/support/call-under-test.ts';
import { buttonNamed, buttonNames, deepAll, drawn, textOf } from '../../test/support/draw.ts';
import { ENGINE_METHODS } from './session/engine-methods.ts';

describe('errors and removal of tui-call', () => {
  describe('an error', () => {
    it('is shown as a notice until the user closes it', async () => {
      const call = await makeCall();
      await show(call, failing('user-sig-expired'));
      expect(textOf(call)).to.contain('You are signed out of calls');
      buttonNamed(call, 'Close').click();
      await drawn();
      expect(asked(call)).to.deep.equal(['dismiss']);
      await show(call, idle);
      expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
    });

    it('names what ended the session: a newer session, or the server', async () => {
      const call = await makeCall();
      await show(call, failing('kicked-offline'));
      expect(textOf(call)).to.contain('You signed in somewhere newer.');
      await show(call, removed);
      expect(textOf(call)).to.contain('The call service ended this sign-in.');
      expect(textOf(call)).to.not.contain('newer');
      await show(call, idle);
      const reason = 'removed-by-server';
      call.parts.engine.refusals.set('hangup', new CallError('kicked-offline', '', { reason }));
      await show(call, connectedVideo);
      buttonNamed(call, 'Hang up').click();
      await drawn();
      expect(textOf(call)).to.contain('The call service ended this sign-in.');
    });

    it('of a button is shown as a notice and causes no unhandled rejection', async () => {
      const call = await makeCall();
      await show(call, connectedVideo);
      call.parts.engine.refusals.set('startScreenShare', new CallError('screen-share-failed'));
      buttonNamed(call, 'Share screen').click();
      await drawn();
      expect(textOf(call)).to.contain('The screen is not shared');
      buttonNamed(call, 'Go on without').click();
      await drawn();
      expect(textOf(call)).to.not.contain('The screen is not shared');
    });

    it('is not shown if it is wrong-state, the result of a race', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.engine.refusals.set('accept', new CallError('wrong-state'));
      buttonNamed(call, 'Accept').click();
      await drawn();
      expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
    });

    it('passes each method of the engine to the engine with its arguments', async () => {
      const call = await makeCall();
      for (const name of ENGINE_METHODS) {
        const takesNone = name === 'getDevices' || name === 'checkEffects';
        const args = takesNone ? [] : ['first', { second: true }];
        call.parts.engine.asked.length = 0;
        await Reflect.apply(call[name], call, args);
        expect(call.parts.engine.asked).to.deep.equal([[name, ...args]]);
      }
    });

    it('rejects every method with not-initialized outside a document', async () => {
      const call = document.createElement('call-under-test') as CallUnderTest;
      for (const name of [...ENGINE_METHODS, 'calls', 'hangup'] as const) {
        const result: unknown = Reflect.apply(call[name], call, [['mina'], 'audio']);
        expect(await refusal(Promise.resolve(result))).to.have.property('name', 'not-initialized');
      }
      expect(call.state.phase).to.equal('idle');
    });
  });

  describe('removed from the document', () => {
    it('dispatches the terminal event of its call', async () => {
      const call = await signedIn();
      await show(call, incomingVideo);
      const { engine } = call.parts;
      const info = { callId: 'call-1', reason: 'signed-out' };
      engine.destroy = async () => engine.notify('onCallCancelled', ['alice'], info);
      const events: unknown[] = [];
      call.addEventListener('call-cancelled', ({ detail }) => events.push(detail));
      await removeForGood(call);
      expect(events).to.deep.equal([{ userId: 'alice', ...info }]);
      expect(engine.listenerCount).to.equal(0);
    });

    it('signs out, stops all sounds and removes all listeners', async () => {
      const call = await signedIn();
      await show(call, incomingVideo);
      const { parts } = call;
      await removeForGood(call);
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
      expect(parts.ringer.closed).to.be.true;
      expect(parts.ringer.sounding).to.equal(null);
      expect(parts.engine.listenerCount).to.equal(0);
      expect(parts.ringer.listenerCount).to.equal(0);
      expect(call.state.phase).to.equal('idle');
    });

    it('keeps its call when it is moved', async () => {
      const call = await signedIn();
      await show(call, connectedVideo);
      const elsewhere = await fixture<HTMLDivElement>(html`<div></div>`);
      elsewhere.append(call);
      await drawn();
      expect(asked(call)).to.deep.equal(['init']);
      expect(call.made.length).to.equal(1);
      expect(call.parts.pictures.size).to.equal(2);
      await show(call, { ...connectedVideo, members: [mina] });
      expect(call.parts.pictures.size).to.equal(0);
    });

    it('keeps its call when it is inserted again a moment later', async () => {
      const call = await signedIn();
      await show(call, connectedVideo);
      const parent = call.parentElement;
      const { parts } = call;
      for (let times = 0; times < 2; times += 1) {
        call.remove();
        await drawn();
        expect(call.state.phase).to.equal('connected');
        parent?.append(call);
        await drawn();
      }
      expect(parts.later).to.deep.equal([]);
      expect(asked(call)).to.deep.equal(['init']);
      expect(call.made.length).to.equal(1);
      expect(parts.pictures.size).to.equal(2);
    });

    it('follows its attributes until it is inserted again', async () => {
      const call = await signedIn();
      const parent = call.parentElement;
      call.remove();
      call.userId = 'carol';
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
      call.userSig = 'sig-c';
      parent?.append(call);
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal([
        'init',
        { server: 'https://calls.example', userId: 'carol', userSig: 'sig-c' },
      ]);
    });

    it('keeps its call when moveBefore() moves it', async () => {
      const call = await signedIn();
      await show(call, connectedVideo);
      const elsewhere = await fixture<HTMLDivElement>(html`<div lang="de"></div>`);
      elsewhere.moveBefore(call, null);
      await drawn();
      expect(asked(call)).to.deep.equal(['init']);
      expect(call.parts.later).to.deep.equal([]);
      expect(call.parts.pictures.size).to.equal(2);
      await waitUntil(
        () => buttonNames(call).includes('Stummschalten'),
        'its new language is read',
      );
    });

    it('signs in again when it is inserted after its session has ended', async () => {
      const call = await signedIn();
      const parent = call.parentElement;
      await removeForGood(call);
      parent?.append(call);
      await drawn();
      expect(call.made.length).to.equal(2);
      expect(asked(call)).to.deep.equal(['init']);
      await show(call, incomingVideo);
      expect(textOf(call)).to.contain('Incoming video call');
      expect(call.parts.engine.listenerCount).to.equal(2);
    });
  });

  it('dispatches state-changed with phase idle when it is removed', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    const phases: string[] = [];
    call.addEventListener('state-changed', (event) => phases.push(event.detail.phase));
    await removeForGood(call);
    expect(phases).to.deep.equal(['idle']);
  });
});
