import { expect, fixture, html, waitUntil } from '@open-wc/testing';
import { CallError } from '../../src/engine/call-error.ts';
import {
  CALLBACK_FIELDS,
  type CallbackName,
  type Notification,
} from '../../src/engine/observer.ts';
import {
  calling,
  connectedVideo,
  connecting,
  elsewhere,
  ended,
  failing,
  group,
  held,
  idle,
  incomingVideo,
  mina,
  onlyHeld,
  ringing,
  waiting,
} from '../../test/fakes/call-scenes.ts';
import { FakeParts } from '../../test/fakes/fake-engine.ts';
import { arrived, buttonNamed, deepAll, drawn, textOf } from '../../test/support/draw.ts';
import { callbackEventName } from '../events.ts';
import { register } from './register.ts';
import { TuiCall } from './tui-call.ts';

class CallUnderTest extends TuiCall {
  /** One for each time it was put into a document. */
  readonly made: FakeParts[] = [];

  get parts(): FakeParts {
    const last = this.made.at(-1);
    if (!last) throw new Error('the element has not been in a document');
    return last;
  }

  protected override createParts(): FakeParts {
    this.made.push(new FakeParts());
    return this.parts;
  }
}
register({ 'call-under-test': CallUnderTest });

const makeCall = async (
  template = html`<call-under-test></call-under-test>`,
): Promise<CallUnderTest> => {
  const call = await fixture<CallUnderTest>(template);
  await drawn();
  return call;
};

const signedIn = () =>
  makeCall(
    html`<call-under-test
      server="https://calls.example"
      user-id="alice"
      user-sig="sig-1"
    ></call-under-test>`,
  );

const asked = (call: CallUnderTest): string[] => call.parts.engine.asked.map(([name]) => name);

async function show(call: CallUnderTest, state: typeof idle): Promise<void> {
  call.parts.engine.show(state);
  await call.updateComplete;
  await drawn();
}

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'it was not refused',
    (error: unknown) => error,
  );
}

describe('tui-call', () => {
  describe('accessibility', () => {
    for (const [name, state] of Object.entries({
      idle,
      incomingVideo,
      ringing,
      connectedVideo,
      group,
      elsewhere,
      waiting,
      held,
      onlyHeld,
      ended: ended({}),
      failing: failing('user-sig-expired'),
    })) {
      it(`has nothing to complain about when ${name}`, async () => {
        const call = await makeCall();
        await show(call, state);
        await arrived(call);
        await expect(call).to.be.accessible();
      });
    }
  });

  describe('calls beside the one on the screen', () => {
    it('offers to move the call of another device here, and says that it is there', async () => {
      const call = await makeCall();
      await show(call, elsewhere);
      await waitUntil(() => textOf(call).includes('Move here'));
      buttonNamed(call, 'Move here').click();
      await drawn();
      expect(asked(call)).to.deep.equal(['moveHere']);
    });

    it('shows and says a second caller, over the call and over the pill', async () => {
      const call = await makeCall();
      await show(call, connectedVideo);
      await show(call, waiting);
      await waitUntil(() => textOf(call).includes('Hold & answer'));
      expect(call.renderRoot.querySelector('[role=status]')?.textContent).to.equal(
        'Dr. Rossi: Incoming video call',
      );
      await call.minimise(true);
      await drawn();
      buttonNamed(call, 'Hold & answer').click();
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([['acceptWaiting', { other: 'hold' }]]);
    });

    it('takes a held call up again', async () => {
      const call = await makeCall();
      await show(call, onlyHeld);
      await waitUntil(() => textOf(call).includes('Resume'));
      buttonNamed(call, 'Resume').click();
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([['holdCall', false]]);
    });
  });

  describe('asking people in', () => {
    it('asks the page for contacts, and invites whom the user chose', async () => {
      const call = await makeCall();
      const calls: string[] = [];
      call.addEventListener('contacts-requested', ({ detail }) => {
        calls.push(detail.callId);
        detail.respond([{ userId: 'eve', name: 'Eve' }]);
      });
      await show(call, group);
      buttonNamed(call, 'People: 3').click();
      await waitUntil(() => textOf(call).includes('Add people'));
      buttonNamed(call, 'Add people').click();
      await waitUntil(() => deepAll(call, '[role=option]').length > 0);
      deepAll(call, '[role=option]')[0]?.click();
      await drawn();
      buttonNamed(call, 'Invite 1').click();
      await drawn();
      expect(calls[0]).to.equal(group.callId);
      expect(call.parts.engine.asked).to.deep.equal([['inviteUser', ['eve']]]);
    });

    it('shows the speaker large at the user’s wish', async () => {
      const call = await makeCall();
      await show(call, group);
      buttonNamed(call, 'Show the speaker large').click();
      await drawn();
      expect(call.layout).to.equal('speaker');
    });
  });

  describe('signing in', () => {
    it('signs in once for all attributes of one task', async () => {
      const call = await makeCall();
      call.server = 'https://calls.example';
      call.userId = 'alice';
      call.nickname = 'Alice';
      call.userSig = 'sig-1';
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([
        [
          'init',
          { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1', nickname: 'Alice' },
        ],
      ]);
      await call.ready;
    });

    it('waits until all three are there', async () => {
      const call = await makeCall(
        html`<call-under-test server="https://calls.example" user-id="alice"></call-under-test>`,
      );
      expect(asked(call)).to.deep.equal([]);
      call.userSig = 'sig-1';
      await drawn();
      expect(asked(call)).to.deep.equal(['init']);
    });

    it('takes the userSig out of the document, and keeps it (H99)', async () => {
      const call = await signedIn();
      expect(call.hasAttribute('user-sig')).to.be.false;
      expect(call.outerHTML).to.not.contain('sig-1');
      expect(call.userSig).to.equal('sig-1');
      call.setAttribute('user-sig', 'sig-2');
      expect(call.hasAttribute('user-sig')).to.be.false;
      expect(call.userSig).to.equal('sig-2');
    });

    it('renews with a new userSig, and starts anew with a new user', async () => {
      const call = await signedIn();
      call.setAttribute('user-sig', 'sig-2');
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal(['renewUserSig', 'sig-2']);
      call.userId = 'bob';
      call.userSig = 'sig-3';
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal([
        'init',
        { server: 'https://calls.example', userId: 'bob', userSig: 'sig-3' },
      ]);
      expect(asked(call).length).to.equal(3);
    });

    it('signs out when the user is taken away', async () => {
      const call = await signedIn();
      call.userId = '';
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
    });

    it('rejects ready with what went wrong, and tries again with a new userSig', async () => {
      const call = await makeCall();
      call.parts.engine.refusals.set('init', new CallError('user-sig-invalid'));
      Object.assign(call, { server: 'https://calls.example', userId: 'alice', userSig: 'wrong' });
      await drawn();
      expect(await refusal(call.ready))
        .to.be.instanceOf(CallError)
        .with.property('name', 'user-sig-invalid');
      call.parts.engine.refusals.clear();
      call.userSig = 'right';
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'init']);
      await call.ready;
    });
  });

  describe('events', () => {
    /** Arguments of every callback, as the engine would give them. */
    const samples: {
      readonly [Name in CallbackName]: Extract<Notification, { name: Name }>['args'];
    } = {
      onError: [-1401, 'no answer'],
      onCallReceived: ['mina', ['alice'], 'team', 'video'],
      onCallCancelled: ['mina'],
      onCallBegin: ['room', 'video', 'callee'],
      onCallEnd: ['room', 'video', 'callee', 12_000],
      onCallMediaTypeChanged: ['audio', 'video'],
      onUserReject: ['mina'],
      onUserNoResponse: ['mina'],
      onUserLineBusy: ['mina'],
      onUserJoin: ['mina'],
      onUserLeave: ['mina'],
      onUserVideoAvailable: ['mina', true],
      onUserAudioAvailable: ['mina', false],
      onUserVoiceVolumeChanged: [{ mina: 40 }],
      onUserNetworkQualityChanged: [[{ userId: 'mina', quality: 'good' }]],
      onKickedOffline: [],
      onUserSigExpired: [],
      onCallNotConnected: ['call-1', 'rejected'],
      onUserInviting: ['jonas'],
      onUserSigWillExpire: [],
      onCallMissed: ['call-1', 'mina', 'audio', 'no-response'],
      onConnectionStateChanged: ['connected'],
      onDeviceChanged: ['camera', 'c2'],
      onScreenShareChanged: ['mina', true],
      onRecordingChanged: [false],
    };

    for (const name of Object.keys(samples) as CallbackName[]) {
      const type = callbackEventName(name);
      it(`tells ${name} as ${type}, with its arguments by name`, async () => {
        const call = await makeCall();
        const told: CustomEvent[] = [];
        call.parentElement?.addEventListener(type, (event) => told.push(event), { once: true });
        call.parts.engine.notify(name, samples[name], { callId: 'call-1', userData: 'mine' });
        const args: readonly unknown[] = samples[name];
        const named = Object.fromEntries(CALLBACK_FIELDS[name].map((field, i) => [field, args[i]]));
        expect(told.length).to.equal(1);
        expect(told[0]?.detail).to.deep.equal({ callId: 'call-1', userData: 'mine', ...named });
        expect(told[0]?.composed).to.be.true;
        expect(told[0]?.cancelable).to.equal(name === 'onCallReceived');
      });
    }

    it('names events as the contract has them', () => {
      expect(callbackEventName('onUserVideoAvailable')).to.equal('user-video-available');
      expect(callbackEventName('onError')).to.equal('call-error');
      expect(callbackEventName('onUserSigWillExpire')).to.equal('user-sig-will-expire');
    });

    it('tells each change of the state', async () => {
      const call = await makeCall();
      const phases: string[] = [];
      call.addEventListener('state-changed', (event) => phases.push(event.detail.phase));
      await show(call, ringing);
      await show(call, connectedVideo);
      expect(phases).to.deep.equal(['outgoing', 'connected']);
      expect(call.state).to.equal(connectedVideo);
    });

    it('lets the page stop a call before it is made', async () => {
      const call = await signedIn();
      const details: unknown[] = [];
      call.addEventListener('before-call', (event) => {
        details.push(event.detail);
        event.preventDefault();
      });
      expect(await refusal(call.calls(['mina'], 'video'))).to.have.property('name', 'wrong-state');
      expect(details).to.deep.equal([{ userIds: ['mina'], mediaType: 'video', groupId: '' }]);
      expect(asked(call)).to.deep.equal(['init']);
    });

    it('lets the page stop hanging up, also by the button, without a word', async () => {
      const call = await makeCall();
      await show(call, ringing);
      call.addEventListener('before-hangup', (event) => event.preventDefault());
      expect(await refusal(call.hangup())).to.have.property('name', 'wrong-state');
      buttonNamed(call, 'Hang up').click();
      await drawn();
      expect(asked(call)).to.deep.equal([]);
      expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
    });
  });

  describe('an incoming call', () => {
    const received = (call: CallUnderTest) =>
      call.parts.engine.notify('onCallReceived', ['mina', ['alice'], '', 'video'], {
        callId: incomingVideo.callId ?? '',
      });

    it('shows and rings, until it is answered', async () => {
      const call = await makeCall();
      call.parts.engine.show(incomingVideo);
      received(call);
      await call.updateComplete;
      await drawn();
      expect(textOf(call)).to.contain('Incoming video call');
      expect(call.parts.ringer.sounding).to.equal('ringtone');
      await show(call, connectedVideo);
      expect(call.parts.ringer.sounding).to.equal(null);
      expect(textOf(call)).to.not.contain('Incoming');
    });

    it('that is answered keeps its card for a moment, so that the way into the call goes first', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, connecting);
      expect(deepAll(call, 'tui-call-stage').length).to.equal(0);
      call.parts.later.forEach((callback) => callback());
      await drawn();
      expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
      expect(deepAll(call, 'tui-call-incoming').length).to.equal(0);
    });

    it('that is connected within that moment shows its stage at once', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, connecting);
      await show(call, connectedVideo);
      expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
    });

    it('is left to the page that prevents it: no screen, no sound', async () => {
      const call = await makeCall();
      call.addEventListener('call-received', (event) => event.preventDefault());
      call.parts.engine.show(incomingVideo);
      received(call);
      await call.updateComplete;
      await drawn();
      expect(deepAll(call, 'tui-call-incoming').length).to.equal(0);
      expect(call.parts.ringer.starts).to.equal(0);
      await call.accept();
      await show(call, connectedVideo);
      expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
    });

    it('rings with the page’s sound, or without', async () => {
      const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
      await show(call, incomingVideo);
      expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3');
      call.muteRingtone = true;
      await drawn();
      expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3 (muted)');
    });

    it('does not start the ring anew with each change', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, { ...incomingVideo });
      expect(call.parts.ringer.starts).to.equal(1);
    });

    it('says when the browser keeps the ring back', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.ringer.block(true);
      await drawn();
      expect(textOf(call)).to.contain('This tab cannot ring yet.');
    });

    it('is answered, declined and ignored by its buttons', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      for (const name of ['Accept', 'Answer without camera', 'Decline', 'Ignore here'])
        buttonNamed(call, name).click();
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([
        ['accept', {}],
        ['accept', { video: false }],
        ['reject'],
        ['ignore'],
      ]);
    });

    it('does nothing when the page stops the wish on its way', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.addEventListener('tui-intent', (event) => event.preventDefault());
      buttonNamed(call, 'Decline').click();
      await drawn();
      expect(asked(call)).to.deep.equal([]);
    });
  });

  describe('a preview', () => {
    it('opens while a video call rings, where it is asked for, and closes with the ring', async () => {
      const call = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(call, incomingVideo);
      expect(deepAll(call, 'video').length).to.equal(1);
      await show(call, connectedVideo);
      expect(call.parts.previews.map(({ aborted }) => aborted)).to.deep.equal([true]);
    });

    it('does not open unasked, nor for an audio call', async () => {
      const unasked = await makeCall();
      await show(unasked, incomingVideo);
      expect(unasked.parts.previews).to.deep.equal([]);
      const audio = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(audio, { ...incomingVideo, mediaType: 'audio' });
      expect(audio.parts.previews).to.deep.equal([]);
    });

    it('closes when the element is taken out', async () => {
      const call = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(call, incomingVideo);
      call.remove();
      await drawn();
      expect(call.parts.previews[0]?.aborted).to.be.true;
    });
  });

  describe('resolution', () => {
    it('limits what is sent once somebody is signed in', async () => {
      const call = await makeCall(html`<call-under-test resolution="540p"></call-under-test>`);
      await show(call, { ...idle, userId: null });
      expect(asked(call)).to.deep.equal([]);
      await show(call, idle);
      expect(call.parts.engine.asked).to.deep.equal([
        ['setVideoEncoderParams', { resolution: '540p' }],
      ]);
      call.resolution = '1080p';
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal([
        'setVideoEncoderParams',
        { resolution: '1080p' },
      ]);
    });
  });

  describe('sounds', () => {
    it('plays the tone of ringing once a device over there rings, for as long as that is known', async () => {
      const call = await makeCall();
      await show(call, calling);
      expect(call.parts.ringer.sounding).to.equal(null);
      await show(call, ringing);
      expect(call.parts.ringer.sounding).to.equal('ringback');
      await show(call, { ...ringing, connection: 'reconnecting' });
      expect(call.parts.ringer.sounding).to.equal(null);
      await show(call, ringing);
      expect(call.parts.ringer.sounding).to.equal('ringback');
      await show(call, idle);
      expect(call.parts.ringer.sounding).to.equal(null);
    });

    it('tells of a second caller by a tone of its own, once for each, as long as they wait', async () => {
      const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
      await show(call, waiting);
      expect(call.parts.ringer.sounding).to.equal('call-waiting');
      await show(call, { ...waiting, audioBlocked: true });
      expect(call.parts.ringer.starts).to.equal(1);
      await show(call, connectedVideo);
      expect(call.parts.ringer.sounding).to.equal(null);
    });

    it('keeps a second caller quiet where the ringtone is muted', async () => {
      const call = await makeCall(html`<call-under-test mute-ringtone></call-under-test>`);
      await show(call, waiting);
      expect(call.parts.ringer.sounding).to.equal('call-waiting (muted)');
    });

    it('leaves a second caller to the page where the page draws them', async () => {
      const call = await makeCall();
      await show(call, connectedVideo);
      call.addEventListener('call-received', (event) => event.preventDefault());
      const { callId, callerId, mediaType } = waiting.waiting!;
      call.parts.engine.notify('onCallReceived', [callerId, [], '', mediaType], { callId });
      await show(call, waiting);
      expect(call.parts.ringer.sounding).to.equal(null);
      expect(deepAll(call, 'tui-call-waiting').length).to.equal(0);
      await show(call, { ...waiting, waiting: { ...waiting.waiting!, callId: idle.callId! } });
      expect(deepAll(call, 'tui-call-waiting').length).to.equal(1);
    });
  });

  it('calls again those who did not come', async () => {
    const call = await makeCall();
    await show(call, ended({ reason: 'line-busy', connected: false }, ringing));
    buttonNamed(call, 'Call again').click();
    await drawn();
    expect(call.parts.engine.asked).to.deep.equal([['calls', ['mina'], 'video', {}]]);
  });

  describe('focus', () => {
    it('moves to the dialog, and back when the call is over', async () => {
      const before = await fixture<HTMLButtonElement>(html`<button>Somewhere</button>`);
      const call = await makeCall();
      before.focus();
      await show(call, incomingVideo);
      expect(document.activeElement === call).to.be.true;
      await show(call, connectedVideo);
      expect(document.activeElement === call).to.be.true;
      await show(call, idle);
      expect(document.activeElement === before).to.be.true;
    });

    it('is not taken from somebody who is typing', async () => {
      const before = await fixture<HTMLInputElement>(html`<input aria-label="Message" />`);
      const call = await makeCall();
      before.focus();
      await show(call, incomingVideo);
      expect(document.activeElement === before).to.be.true;
      await show(call, idle);
      expect(document.activeElement === before).to.be.true;
    });
  });

  describe('announcements', () => {
    const said = (call: CallUnderTest) =>
      call.renderRoot.querySelector('[role=status]')?.textContent ?? '';

    it('tells each step of a call', async () => {
      const call = await makeCall();
      await show(call, calling);
      expect(said(call)).to.equal('Calling…');
      await show(call, ringing);
      expect(said(call)).to.equal('Ringing…');
      await show(call, connectedVideo);
      expect(said(call)).to.equal('Connected');
      await show(call, { ...connectedVideo, microphone: idle.microphone });
      expect(said(call)).to.equal('Muted');
      await show(call, ended({}));
      expect(said(call)).to.equal('Call ended. Mina Kim hung up.');
    });

    it('tells who rings', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      expect(said(call)).to.equal('Mina Kim: Incoming video call');
    });

    it('tells who comes and goes in a group', async () => {
      const call = await makeCall();
      await show(call, group);
      await show(call, {
        ...group,
        members: group.members.map((m) => ({
          ...m,
          status: m.name === 'Jonas P.' ? 'left' : 'joined',
        })),
      });
      expect(said(call)).to.equal('Jonas P. left Dr. Rossi joined');
    });
  });

  describe('what goes wrong', () => {
    it('is told in words, until it is put away', async () => {
      const call = await makeCall();
      await show(call, failing('user-sig-expired'));
      expect(textOf(call)).to.contain('You are signed out of calls');
      buttonNamed(call, 'Close').click();
      await drawn();
      expect(asked(call)).to.deep.equal(['dismiss']);
      await show(call, idle);
      expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
    });

    it('behind a button becomes a notice and no unhandled rejection', async () => {
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

    it('is not told when it is only a lost race', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.engine.refusals.set('accept', new CallError('wrong-state'));
      buttonNamed(call, 'Accept').click();
      await drawn();
      expect(deepAll(call, 'tui-call-notice').length).to.equal(0);
    });

    it('rejects every method with not-initialized outside a document', async () => {
      const call = document.createElement('call-under-test') as CallUnderTest;
      const commands = [
        call.calls(['mina'], 'audio'),
        call.accept(),
        call.hangup(),
        call.getDevices(),
        call.join('x'),
      ];
      for (const command of commands)
        expect(await refusal(command)).to.have.property('name', 'not-initialized');
      expect(call.state.phase).to.equal('idle');
    });
  });

  describe('taken out of the document', () => {
    it('ends everything', async () => {
      const call = await signedIn();
      await show(call, incomingVideo);
      const { parts } = call;
      call.remove();
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
      expect(parts.ringer.closed).to.be.true;
      expect(parts.ringer.sounding).to.equal(null);
      expect(parts.engine.listenerCount).to.equal(0);
      expect(parts.ringer.listenerCount).to.equal(0);
      expect(call.state.phase).to.equal('idle');
    });

    it('keeps its call when it is only moved', async () => {
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

    it('works again when it is put back', async () => {
      const call = await signedIn();
      const parent = call.parentElement;
      call.remove();
      await drawn();
      parent?.append(call);
      await drawn();
      expect(call.made.length).to.equal(2);
      expect(asked(call)).to.deep.equal(['init']);
      await show(call, incomingVideo);
      expect(textOf(call)).to.contain('Incoming video call');
      expect(call.parts.engine.listenerCount).to.equal(2);
    });
  });

  it('shows nothing while there is no call', async () => {
    const call = await makeCall();
    expect(textOf(call)).to.equal('');
    expect(call.getBoundingClientRect().height).to.equal(0);
  });

  it('lives beside another on the same page', async () => {
    const [one, other] = [await makeCall(), await makeCall()];
    await show(one, incomingVideo);
    expect(textOf(one)).to.contain('Mina Kim');
    expect(textOf(other)).to.equal('');
  });

  it('can be moved by its empty parts, and stays on the page', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    await arrived(call);
    const moving = call.renderRoot.querySelector<HTMLElement>('.window')!;
    const pull = (from: Element, x: number, y: number) => {
      const at = (clientX: number, clientY: number) => ({
        clientX,
        clientY,
        bubbles: true,
        composed: true,
        pointerId: 1,
      });
      from.dispatchEvent(new PointerEvent('pointerdown', at(0, 0)));
      moving.dispatchEvent(new PointerEvent('pointermove', at(x, y)));
      window.dispatchEvent(new PointerEvent('pointerup', at(x, y)));
      moving.dispatchEvent(new PointerEvent('pointermove', at(999, 999)));
    };
    const before = moving.getBoundingClientRect();
    pull(deepAll(call, '.name')[0]!, -30, -20);
    expect(moving.getBoundingClientRect().x).to.equal(before.x - 30);
    expect(moving.getBoundingClientRect().y).to.equal(before.y - 20);
    pull(buttonNamed(call, 'Mute'), -10, -10);
    expect(moving.getBoundingClientRect().x).to.equal(before.x - 30);
    pull(deepAll(call, '.name')[0]!, -5000, -5000);
    expect([moving.getBoundingClientRect().x, moving.getBoundingClientRect().y]).to.deep.equal([
      0, 0,
    ]);
  });

  it('tells that its call is gone when it is taken out', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    const phases: string[] = [];
    call.addEventListener('state-changed', (event) => phases.push(event.detail.phase));
    call.remove();
    await drawn();
    expect(phases).to.deep.equal(['idle']);
  });

  it('takes buttons of the page into the bar of a running call', async () => {
    const call = await makeCall(
      html`<call-under-test><button slot="controls">Notes</button></call-under-test>`,
    );
    await show(call, connectedVideo);
    const own = call.querySelector('button');
    expect(own?.getBoundingClientRect().width).to.be.above(0);
  });

  it('becomes small and large again', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    buttonNamed(call, 'Minimise').click();
    await drawn();
    expect(deepAll(call, 'tui-call-pill').length).to.equal(1);
    deepAll(call, '.back')[0]?.click();
    await drawn();
    expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
  });

  it('speaks the language of its place, and its direction', async () => {
    const call = await makeCall(html`<call-under-test lang="ar"></call-under-test>`);
    await show(call, incomingVideo);
    await waitUntil(() => textOf(call).includes('مكالمة فيديو واردة'), 'Arabic is fetched');
    expect(call.renderRoot.querySelector('.base')?.getAttribute('dir')).to.equal('rtl');
    call.setAttribute('lang', 'de-AT');
    await waitUntil(() => textOf(call).includes('Eingehender Videoanruf'), 'German is fetched');
    expect(call.renderRoot.querySelector('.base')?.hasAttribute('dir')).to.be.false;
    // What was said in Arabic stays, to be read in Arabic.
    const status = call.renderRoot.querySelector<HTMLElement>('[role=status]')!;
    expect([status.lang, status.textContent]).to.deep.equal(['ar', 'Mina Kim: مكالمة فيديو واردة']);
  });

  it('is defined once, also when the script is there twice', () => {
    class Other extends HTMLElement {}
    register({ 'call-under-test': Other });
    expect(customElements.get('call-under-test')).to.equal(CallUnderTest);
  });
});
