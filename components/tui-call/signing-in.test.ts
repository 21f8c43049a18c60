import { expect, html } from '@open-wc/testing';
import { CallError } from '../../src/engine/call-error.ts';
import { idle } from '../../test/fakes/call-scenes.ts';
import { asked, makeCall, refusal, show, signedIn } from '../../test/support/call-under-test.ts';
import { drawn } from '../../test/support/draw.ts';

describe('signing in with tui-call', () => {
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

    it('signs in with the name and the picture others are to see, and tells new ones', async () => {
      const call = await makeCall(
        html`<call-under-test
          server="https://calls.example"
          user-id="alice"
          user-sig="sig-1"
          avatar="/a.png"
        ></call-under-test>`,
      );
      const [, init] = call.parts.engine.asked[0] ?? [];
      expect(init).to.include({ avatar: '/a.png' });
      call.setAttribute('nickname', 'Alina');
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal(['setSelfInfo', 'Alina', '/a.png']);
      call.setAttribute('avatar', '/b.png');
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal(['setSelfInfo', 'Alina', '/b.png']);
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
});
