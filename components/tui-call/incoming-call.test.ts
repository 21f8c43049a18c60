import { expect, fixture, html } from '@open-wc/testing';
import {
  calling,
  connectedVideo,
  connecting,
  idle,
  incomingVideo,
  ringing,
  waiting,
  incomingGroup,
  ended,
} from '../../test/fakes/call-scenes.ts';
import {
  asked,
  type CallUnderTest,
  makeCall,
  removeForGood,
  show,
} from '../../test/support/call-under-test.ts';
import { buttonNamed, deepAll, drawn, textOf } from '../../test/support/draw.ts';

describe('incoming calls in tui-call', () => {
  describe('an incoming call', () => {
    const received = (call: CallUnderTest) =>
      call.parts.engine.notify('onCallReceived', ['mina', ['alice'], '', 'video'], {
        callId: incomingVideo.callId ?? '',
      });

    it('is shown and rings until the user accepts it', async () => {
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

    it('keeps its card for a moment after an accept, so that the connection starts first', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, connecting);
      expect(deepAll(call, 'tui-call-stage').length).to.equal(0);
      call.parts.later.forEach((callback) => callback());
      await drawn();
      expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
      expect(deepAll(call, 'tui-call-incoming').length).to.equal(0);
    });

    it('shows its stage at once if it connects within that moment', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, connecting);
      await show(call, connectedVideo);
      expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
    });

    it('has no screen and no sound if the page prevents call-received', async () => {
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

    it('rings with the sound of ringtone, and muted with mute-ringtone', async () => {
      const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
      await show(call, incomingVideo);
      expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3');
      call.muteRingtone = true;
      await drawn();
      expect(call.parts.ringer.sounding).to.equal('ringtone /ring.mp3 (muted)');
    });

    it('does not restart the ringtone on a change of the state', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      await show(call, { ...incomingVideo });
      expect(call.parts.ringer.starts).to.equal(1);
    });

    it('shows and announces that the browser blocks the ringtone', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.ringer.block(true);
      await drawn();
      expect(textOf(call)).to.contain('This tab cannot ring yet.');
      expect(announced(call)).to.equal('This tab cannot ring yet. Click anywhere to hear it.');
    });

    it('with a blocked ringtone is named in the page title until the sound plays or the ring ends', async () => {
      document.title = 'The page';
      const [call, other] = [await makeCall(), await makeCall()];
      await show(call, incomingVideo);
      expect(document.title).to.equal('The page');
      call.parts.ringer.block(true);
      await drawn();
      expect(document.title).to.equal('Mina Kim: Incoming video call');
      document.title = 'The page (1)';
      await show(other, incomingGroup);
      other.parts.ringer.block(true);
      await drawn();
      expect(document.title).to.equal('Dr. Rossi: Group call with Mina Kim and 2 others');
      call.parts.ringer.block(false);
      await drawn();
      expect(document.title).to.equal('Dr. Rossi: Group call with Mina Kim and 2 others');
      await show(other, ended({}));
      expect(document.title).to.equal('The page (1)');
    });

    it('in an element that the page hides is named in the title and in a notification', async () => {
      document.title = 'The page';
      const place = await fixture<HTMLElement>(
        html`<div style="display: none"><call-under-test></call-under-test></div>`,
      );
      const call = place.querySelector<CallUnderTest>('call-under-test')!;
      await show(call, incomingVideo);
      await show(call, { ...incomingVideo });
      expect(document.title).to.equal('Mina Kim: Incoming video call');
      expect(call.parts.alerted).to.include({ title: 'Mina Kim', body: 'Incoming video call' });
      await show(call, connectedVideo);
      expect(document.title).to.equal('The page');
      expect(call.parts.alerted).to.equal(null);
    });

    it('with a blocked ringtone restores the page title when its element is removed', async () => {
      document.title = 'The page';
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.ringer.block(true);
      await drawn();
      expect(document.title).to.equal('Mina Kim: Incoming video call');
      await removeForGood(call);
      expect(document.title).to.equal('The page');
    });

    it('is accepted, rejected and ignored by its buttons', async () => {
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

    it('stays unchanged if the page prevents the intent of a button', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      call.addEventListener('tui-intent', (event) => event.preventDefault());
      buttonNamed(call, 'Decline').click();
      await drawn();
      expect(asked(call)).to.deep.equal([]);
    });
  });

  describe('the preview', () => {
    it('opens with preview-incoming while a video call rings, and closes with the ring', async () => {
      const call = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(call, incomingVideo);
      expect(deepAll(call, 'video').length).to.equal(1);
      await show(call, connectedVideo);
      expect(call.parts.previews.map(({ aborted }) => aborted)).to.deep.equal([true]);
    });

    it('does not open without preview-incoming, nor for an audio call', async () => {
      const unasked = await makeCall();
      await show(unasked, incomingVideo);
      expect(unasked.parts.previews).to.deep.equal([]);
      const audio = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(audio, { ...incomingVideo, mediaType: 'audio' });
      expect(audio.parts.previews).to.deep.equal([]);
    });

    it('closes when the element is removed', async () => {
      const call = await makeCall(html`<call-under-test preview-incoming></call-under-test>`);
      await show(call, incomingVideo);
      const { parts } = call;
      await removeForGood(call);
      expect(parts.previews[0]?.aborted).to.be.true;
    });
  });

  describe('sounds', () => {
    it('plays the ringback while a callee is alerted and signalling is connected', async () => {
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

    it('plays the sound of ringback while the callee is alerted', async () => {
      const call = await makeCall(html`<call-under-test ringback="/tone.mp3"></call-under-test>`);
      await show(call, ringing);
      expect(call.parts.ringer.sounding).to.equal('ringback /tone.mp3');
      await show(call, incomingVideo);
      expect(call.parts.ringer.sounding).to.equal('ringtone');
    });

    it('plays a sound of its own, once, for each waiting call', async () => {
      const call = await makeCall(html`<call-under-test ringtone="/ring.mp3"></call-under-test>`);
      await show(call, waiting);
      expect(call.parts.ringer.sounding).to.equal('call-waiting');
      await show(call, { ...waiting, audioBlocked: true });
      expect(call.parts.ringer.starts).to.equal(1);
      await show(call, connectedVideo);
      expect(call.parts.ringer.sounding).to.equal(null);
    });

    it('mutes the sound of a waiting call with mute-ringtone', async () => {
      const call = await makeCall(html`<call-under-test mute-ringtone></call-under-test>`);
      await show(call, waiting);
      expect(call.parts.ringer.sounding).to.equal('call-waiting (muted)');
    });

    it('shows and plays nothing for a waiting call whose call-received the page prevented', async () => {
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
});

/** The text of the live region. */
function announced(call: CallUnderTest): string {
  return call.renderRoot.querySelector('[role=status]')?.textContent ?? '';
}
