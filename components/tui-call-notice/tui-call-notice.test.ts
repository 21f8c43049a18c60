import { expect } from '@open-wc/testing';
import {
  ended,
  incomingAudio,
  incomingGroup,
  incomingVideo,
  me,
  ringing,
} from '../../test/fakes/call-scenes.ts';
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

  describe('the button that calls again or back', () => {
    const never = { connected: false, totalTimeMs: 0, byUserId: null } as const;
    const call = { type: 'call', userIds: ['mina'], mediaType: 'video', groupId: '' };
    /** Label and intent of the button; null without one. */
    const offered = async (ending: Parameters<typeof ended>[0], from: typeof ringing) => {
      const { element, intents } = await noticeOf(ended({ ...never, ...ending }, from));
      const label = buttonNames(element).find((name) => name !== 'Close');
      if (label === undefined) return null;
      buttonNamed(element, label).click();
      return [label, intents.at(-1)];
    };

    it('rings the callees again after an outgoing call that nobody answered', async () => {
      for (const reason of ['rejected', 'line-busy', 'no-response'] as const)
        expect(await offered({ reason }, ringing), reason).to.deep.equal(['Call again', call]);
      expect(await offered({ reason: 'cancelled', byUserId: me.userId }, ringing)).to.equal(null);
    });

    it('calls the caller of a missed call back, with its media type', async () => {
      for (const reason of ['cancelled', 'line-busy', 'no-response', 'offline'] as const)
        expect(await offered({ reason }, incomingVideo), reason).to.deep.equal(['Call back', call]);
      expect(await offered({ reason: 'cancelled' }, incomingAudio)).to.deep.equal([
        'Call back',
        { ...call, mediaType: 'audio' },
      ]);
    });

    it('is missing when the user knows of the call: declined, answered elsewhere, removed', async () => {
      for (const reason of [
        ...(['rejected', 'other-device-accepted', 'other-device-rejected'] as const),
        ...(['removed', 'ended-by-server', 'signed-out'] as const),
      ])
        expect(await offered({ reason }, incomingVideo), reason).to.equal(null);
      expect(await offered({ reason: 'cancelled', connected: true }, incomingVideo)).to.equal(null);
    });

    it('calls the members of a missed group call, but not while it continues', async () => {
      const missed = { reason: 'no-response' } as const;
      expect(await offered(missed, incomingGroup)).to.equal(null);
      const members = incomingGroup.members.map((m) => ({ ...m, status: 'left' as const }));
      expect(await offered(missed, { ...incomingGroup, groupId: 'ward', members })).to.deep.equal([
        'Call back',
        {
          ...{ type: 'call', userIds: ['rossi', 'mina', 'jonas', 'eve'] },
          ...{ mediaType: 'audio', groupId: 'ward' },
        },
      ]);
    });
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
