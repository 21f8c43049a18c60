import { expect } from '@open-wc/testing';
import { ended, incomingVideo, me, ringing } from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, draw, textOf } from '../../test/support/draw.ts';

const noticeOf = (state: typeof ringing) => draw('tui-call-notice', state);

describe('tui-call-notice', () => {
  it('is accessible', async () => {
    await expect((await noticeOf(ended({}))).element).to.be.accessible();
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
