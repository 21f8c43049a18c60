import { expect, html } from '@open-wc/testing';
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

describe('an incoming call in tui-call', () => {
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
      expect(said(call)).to.equal('This tab cannot ring yet. Click anywhere to hear it.');
    });

    it('that cannot be heard is seen in the page’s title, until it can or is over', async () => {
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

    it('that cannot be heard leaves the title as it was when its element is taken out', async () => {
      document.title = 'The page';
      const call = await makeCall();
      await show(call, incomingVideo);
      call.parts.ringer.block(true);
      await drawn();
      expect(document.title).to.equal('Mina Kim: Incoming video call');
      await removeForGood(call);
      expect(document.title).to.equal('The page');
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
      const { parts } = call;
      await removeForGood(call);
      expect(parts.previews[0]?.aborted).to.be.true;
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

    it('plays the page’s sound while it rings over there', async () => {
      const call = await makeCall(html`<call-under-test ringback="/tone.mp3"></call-under-test>`);
      await show(call, ringing);
      expect(call.parts.ringer.sounding).to.equal('ringback /tone.mp3');
      await show(call, incomingVideo);
      expect(call.parts.ringer.sounding).to.equal('ringtone');
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
});

/** What a screen reader is told. */
function said(call: CallUnderTest): string {
  return call.renderRoot.querySelector('[role=status]')?.textContent ?? '';
}
