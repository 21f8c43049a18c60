import { expect } from '@open-wc/testing';
import {
  CALLBACK_FIELDS,
  type CallbackName,
  type Notification,
} from '../../src/engine/api/observer.ts';
import { connectedVideo, ringing } from '../../test/fakes/call-scenes.ts';
import { asked, makeCall, refusal, show, signedIn } from '../../test/support/call-under-test.ts';
import { buttonNamed, deepAll, drawn } from '../../test/support/draw.ts';
import { callbackEventName } from '../shared/events.ts';

describe('the events of tui-call', () => {
  /** Arguments of each callback, as the engine passes them. */
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
    onEffectFailed: ['background', 'too-slow'],
  };

  for (const name of Object.keys(samples) as CallbackName[]) {
    const type = callbackEventName(name);
    it(`dispatches ${name} as ${type}, with its arguments by name`, async () => {
      const call = await makeCall();
      const dispatched: CustomEvent[] = [];
      call.parentElement?.addEventListener(type, (event) => dispatched.push(event), { once: true });
      call.parts.engine.notify(name, samples[name], { callId: 'call-1', userData: 'mine' });
      const args: readonly unknown[] = samples[name];
      const named = Object.fromEntries(CALLBACK_FIELDS[name].map((field, i) => [field, args[i]]));
      expect(dispatched.length).to.equal(1);
      expect(dispatched[0]?.detail).to.deep.equal({ callId: 'call-1', userData: 'mine', ...named });
      expect(dispatched[0]?.composed).to.be.true;
      expect(dispatched[0]?.cancelable).to.equal(name === 'onCallReceived');
    });
  }

  it('derives the names of events from the names of callbacks', () => {
    expect(callbackEventName('onUserVideoAvailable')).to.equal('user-video-available');
    expect(callbackEventName('onError')).to.equal('call-error');
    expect(callbackEventName('onUserSigWillExpire')).to.equal('user-sig-will-expire');
  });

  it('dispatches state-changed on each change of the state', async () => {
    const call = await makeCall();
    const phases: string[] = [];
    call.addEventListener('state-changed', (event) => phases.push(event.detail.phase));
    await show(call, ringing);
    await show(call, connectedVideo);
    expect(phases).to.deep.equal(['outgoing', 'connected']);
    expect(call.state).to.equal(connectedVideo);
  });

  it('makes no call if the page prevents before-call', async () => {
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

  it('stays in the call without a notice if the page prevents before-hangup, also for the button', async () => {
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
