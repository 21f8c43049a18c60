import { expect } from '@open-wc/testing';
import { ERRORS, errorShape, type ErrorName } from '../../src/protocol/index.ts';
import {
  cameraBusy,
  cameraDenied,
  cameraMissing,
  ended,
  failing,
  idle,
  incomingVideo,
  me,
  microphoneDenied,
  ringing,
} from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, draw, textOf } from '../../test/support/draw.ts';

const noticeOf = (state: typeof idle, online = true) =>
  draw('tui-call-notice', state, { set: { error: state.error }, view: { online } });

describe('tui-call-notice', () => {
  it('is accessible, with an error and with an ended call', async () => {
    await expect((await noticeOf(cameraBusy)).element).to.be.accessible();
    await expect((await noticeOf(ended({}))).element).to.be.accessible();
  });

  it('distinguishes the errors of devices', async () => {
    expect(textOf((await noticeOf(cameraBusy)).element)).to.contain(
      'The camera is in use by another program',
    );
    expect(textOf((await noticeOf(cameraMissing)).element)).to.contain('No camera was found');
    expect(textOf((await noticeOf(cameraDenied)).element)).to.contain('The camera is not allowed');
    expect(textOf((await noticeOf(microphoneDenied)).element)).to.contain(
      'The microphone is not allowed',
    );
  });

  it('offers to retry a device or to continue without it', async () => {
    const { element, intents } = await noticeOf(cameraBusy);
    expect(buttonNames(element)).to.deep.equal(['Go on without', 'Try again']);
    buttonNamed(element, 'Try again').click();
    buttonNamed(element, 'Go on without').click();
    expect(intents).to.deep.equal([
      { type: 'set-device', device: 'camera', on: true },
      { type: 'dismiss' },
    ]);
  });

  it('offers to connect media again, except without a network', async () => {
    const { element, intents } = await noticeOf(failing('media-failed'));
    expect(buttonNames(element)).to.deep.equal(['Close', 'Try again']);
    buttonNamed(element, 'Try again').click();
    expect(intents).to.deep.equal([{ type: 'retry-media' }]);
    expect(textOf((await noticeOf(failing('media-failed'), false)).element)).to.contain(
      'You are offline',
    );
  });

  it('distinguishes a missing network from an unreachable server', async () => {
    expect(textOf((await noticeOf(failing('signaling-failed'))).element)).to.contain(
      'The call service cannot be reached',
    );
    expect(textOf((await noticeOf(failing('signaling-failed'), false)).element)).to.contain(
      'You are offline',
    );
  });

  it('has a title and advice for every error that the user sees', async () => {
    const silent: ErrorName[] = [
      'not-initialized',
      'invalid-parameter',
      'wrong-state',
      'repeated-request',
      'api-key-invalid',
      'scope-missing',
      'idempotency-key-reused',
    ];
    for (const name of Object.keys(ERRORS) as ErrorName[]) {
      const { element } = await draw('tui-call-notice', idle, { set: { error: errorShape(name) } });
      const title = element.renderRoot.querySelector('.title')?.textContent ?? '';
      const advice = element.renderRoot.querySelector('.advice')?.textContent ?? '';
      expect(title !== '' && advice !== '', name).to.equal(!silent.includes(name));
      expect(textOf(element), name).to.not.contain(String(ERRORS[name].code));
    }
  });

  it('shows how a call ended, and its duration', async () => {
    expect(textOf((await noticeOf(ended({}))).element)).to.match(
      /Call ended 12:34 .*Mina Kim hung up\./,
    );
    expect(textOf((await noticeOf(ended({ byUserId: me.userId }))).element)).to.contain(
      'Call with Mina Kim',
    );
    expect(textOf((await noticeOf(ended({ reason: 'offline' }))).element)).to.contain(
      'The connection was lost.',
    );
    expect(textOf((await noticeOf(ended({ reason: 'removed' }))).element)).to.contain(
      'The service removed you from the call.',
    );
  });

  it('offers to call again only after an outgoing call that did not connect', async () => {
    const never = { connected: false, totalTimeMs: 0 } as const;
    const offers = async (ending: Parameters<typeof ended>[0], from = ringing) => {
      const { element, intents } = await noticeOf(ended(ending, from));
      if (!buttonNames(element).includes('Call again')) return null;
      buttonNamed(element, 'Call again').click();
      return intents.at(-1);
    };
    const again = { type: 'call', userIds: ['mina'], mediaType: 'video', groupId: '' };
    for (const reason of ['rejected', 'line-busy', 'no-response'] as const) {
      expect(await offers({ ...never, reason }), reason).to.deep.equal(again);
      expect(await offers({ ...never, reason }, incomingVideo), reason).to.equal(null);
    }
    expect(await offers({ ...never, reason: 'cancelled', byUserId: me.userId })).to.equal(null);
    expect(await offers({})).to.equal(null);
  });

  it('describes a call that never connected from the side of each user', async () => {
    const never = { connected: false, totalTimeMs: 0 } as const;
    const title = async (
      reason: 'rejected' | 'line-busy' | 'no-response' | 'cancelled' | 'other-device-accepted',
      from = ringing,
    ) => textOf((await noticeOf(ended({ ...never, reason, byUserId: null }, from))).element);
    expect(await title('rejected')).to.contain('Mina Kim declined.');
    expect(await title('line-busy')).to.contain('Mina Kim is in another call.');
    expect(await title('no-response')).to.contain('Mina Kim did not answer.');
    expect(await title('cancelled', incomingVideo)).to.contain('You missed a call from Mina Kim.');
    expect(await title('other-device-accepted', incomingVideo)).to.contain(
      'You answered on another device.',
    );
    expect(await title('rejected')).to.not.match(/\d\d:\d\d/);
  });
});
