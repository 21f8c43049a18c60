import { expect, html } from '@open-wc/testing';
import {
  connectedAudio,
  connectedVideo,
  ended,
  incomingVideo,
  ringing,
  waiting,
} from '../../test/fakes/call-scenes.ts';
import {
  asked,
  makeCall,
  refusal,
  removeForGood,
  show,
  type CallUnderTest,
} from '../../test/support/call-under-test.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import { drawn } from '../../test/support/draw.ts';

describe('the ring of tui-call', () => {
  afterEach(() => inBackground(false));

  it('plays with its own volume and speaker; the ringback does not', async () => {
    const call = await makeCall(
      html`<call-under-test ringtone-volume="30" ringtone-device="s2"></call-under-test>`,
    );
    const output = { volume: 30, deviceId: 's2' };
    await show(call, incomingVideo);
    expect(call.parts.ringer.output).to.deep.equal(output);
    await show(call, waiting);
    expect(call.parts.ringer.output).to.deep.equal(output);
    await show(call, ringing);
    expect(call.parts.ringer.output).to.deep.equal({});
  });

  it('has the sound of ringtoneFor for its caller', async () => {
    const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
    call.ringtoneFor = (callerId) => (callerId === 'mina' ? '/mina.mp3' : null);
    await show(call, incomingVideo);
    expect(call.parts.ringer.sounding).to.equal('ringtone /mina.mp3');
    call.ringtoneFor = () => null;
    await drawn();
    expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3');
  });

  it('is silent with do not disturb, which ends by itself', async () => {
    const call = await makeCall();
    await call.setDoNotDisturb(new Date(Date.now() + 60_000));
    inBackground(true);
    await show(call, incomingVideo);
    expect([call.parts.ringer.sounding, call.parts.alerted]).to.deep.equal([null, null]);
    const [first = ''] = [...call.parts.stored.keys()];
    call.parts.stored.set(first, String(Date.now() - 1));
    call.parts.later.forEach((callback) => callback());
    await drawn();
    expect(call.parts.ringer.sounding).to.equal('ringtone');
    expect(call.parts.alerted).to.not.equal(null);
    await call.setDoNotDisturb(new Date(Date.now() + 60_000));
    await drawn();
    expect(call.parts.ringer.sounding).to.equal(null);
    await call.setDoNotDisturb(null);
    await drawn();
    expect(call.parts.ringer.sounding).to.equal('ringtone');
  });

  it('keeps ringing if ringtoneFor throws, and reports the error to the page', async () => {
    const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
    const errors: unknown[] = [];
    const { onerror } = window;
    window.onerror = (...[, , , , error]) => errors.push(error);
    const mistake = new Error('a mistake of the page');
    call.ringtoneFor = () => {
      throw mistake;
    };
    await show(call, incomingVideo);
    window.onerror = onerror;
    expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3');
    expect(errors).to.contain(mistake);
  });

  it('refuses a time that is none', async () => {
    const call = await makeCall();
    for (const wrong of [new Date('never'), 'tomorrow', 5])
      expect(await refusal(call.setDoNotDisturb(wrong as Date))).to.have.property(
        'name',
        'invalid-parameter',
      );
  });

  it('keeps the ringback with do not disturb', async () => {
    const call = await makeCall();
    await call.setDoNotDisturb(new Date(Date.now() + 60_000));
    await show(call, ringing);
    expect(call.parts.ringer.sounding).to.equal('ringback');
  });

  it('is shown outside of the page while the page is in the background', async () => {
    const call = await makeCall();
    await show(call, incomingVideo);
    expect(call.parts.alerted).to.equal(null);
    inBackground(true);
    await drawn();
    expect(call.parts.alerted).to.deep.equal({
      title: 'Mina Kim',
      body: 'Incoming video call',
      tag: `tui-call ${incomingVideo.callId ?? ''}`,
    });
    inBackground(false);
    await drawn();
    expect(call.parts.alerted).to.equal(null);
    inBackground(true);
    await drawn();
    await show(call, ended({}));
    expect(call.parts.alerted).to.equal(null);
  });

  it('is no longer shown outside of the page when the element is removed', async () => {
    const call = await makeCall();
    inBackground(true);
    await show(call, incomingVideo);
    const { parts } = call;
    expect(parts.alerted).to.not.equal(null);
    await removeForGood(call);
    expect(parts.alerted).to.equal(null);
  });

  it('asks for the permission to show notifications', async () => {
    const call = await makeCall();
    expect(await call.enableNotifications()).to.be.true;
    expect(call.parts.engine.asked).to.not.deep.include(['subscribeToPush']);
    call.remove();
  });

  it('subscribes to the push of a server that sends it', async () => {
    const call = await makeCall();
    call.parts.engine.isPushOffered = true;
    expect(await call.enableNotifications()).to.be.true;
    expect(call.parts.engine.asked).to.deep.include(['subscribeToPush']);
    call.remove();
  });
});

describe('the system’s controls of a call in tui-call', () => {
  const shown = async (call: CallUnderTest, state: CallSnapshot) => {
    await show(call, state);
    return call.parts.systemCall;
  };

  it('show the call with its devices, and end with it', async () => {
    const call = await makeCall();
    expect(await shown(call, incomingVideo)).to.equal(null);
    expect(await shown(call, connectedVideo)).to.deep.equal({
      title: 'Call with Mina Kim',
      microphoneOn: true,
      cameraOn: true,
      showsVideo: true,
    });
    expect(await shown(call, connectedAudio)).to.include({ cameraOn: null, showsVideo: false });
    expect(await shown(call, ended({}))).to.equal(null);
  });

  it('hang up and turn microphone and camera on and off', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    for (const action of ['toggle-microphone', 'toggle-camera', 'hangup'] as const)
      call.parts.act(action);
    expect(asked(call)).to.deep.equal(['closeMicrophone', 'closeCamera', 'hangup']);
  });
});

/** Puts the page of the test into the background, as the browser reports it. */
function inBackground(hidden: boolean): void {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}
