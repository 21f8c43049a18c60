import { expect, html } from '@open-wc/testing';
import { CallError } from '../../../src/engine/api/call-error.ts';
import { idle } from '../../../test/fakes/call-scenes.ts';
import { asked, makeCall, refusal, show, signedIn } from '../../../test/support/call-under-test.ts';
import { drawn } from '../../../test/support/draw.ts';

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

    it('waits for server, user-id and user-sig', async () => {
      const call = await makeCall(
        html`<call-under-test server="https://calls.example" user-id="alice"></call-under-test>`,
      );
      expect(asked(call)).to.deep.equal([]);
      call.userSig = 'sig-1';
      await drawn();
      expect(asked(call)).to.deep.equal(['init']);
    });

    it('removes the userSig from the document and keeps it (H99)', async () => {
      const call = await signedIn();
      expect(call.hasAttribute('user-sig')).to.be.false;
      expect(call.outerHTML).to.not.contain('sig-1');
      expect(call.userSig).to.equal('sig-1');
      call.setAttribute('user-sig', 'sig-2');
      expect(call.hasAttribute('user-sig')).to.be.false;
      expect(call.userSig).to.equal('sig-2');
    });

    it('renews the userSig of the same user, and signs out and in for another user', async () => {
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
      expect(asked(call)).to.deep.equal(['init', 'renewUserSig', 'destroy', 'init']);
    });

    it('signs in with nickname and avatar, and sends changes', async () => {
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
      call.removeAttribute('nickname');
      call.removeAttribute('avatar');
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal(['setSelfInfo', '', '']);
    });

    it('signs out when the user-id is removed', async () => {
      const call = await signedIn();
      call.userId = '';
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
    });

    it('rejects ready with the error, and signs in again with a new userSig', async () => {
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

  describe('a nickname or avatar that is too long', () => {
    it('is reported and left out: the user is signed in without', async () => {
      const call = await makeCall();
      const { engine } = call.parts;
      const reported: unknown[] = [];
      call.addEventListener('call-error', ({ detail }) => reported.push(detail.code));
      const init = engine.init.bind(engine);
      engine.init = async (options) => {
        await init(options);
        if (options.avatar) throw new CallError('invalid-parameter', 'avatar');
      };
      const avatar = `https://pictures.example/${'a'.repeat(500)}`;
      Object.assign(call, { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' });
      call.avatar = avatar;
      await drawn();
      await call.ready;
      expect(asked(call)).to.deep.equal(['init', 'init']);
      expect(engine.asked.at(-1)?.[1]).to.not.have.property('avatar');
      engine.refusals.set('setSelfInfo', new CallError('invalid-parameter', 'avatar'));
      call.avatar = `${avatar}b`;
      await drawn();
      const { code } = new CallError('invalid-parameter');
      expect(reported).to.deep.equal([code, code]);
    });
  });

  it('reports a user-id that is none', async () => {
    const call = await makeCall();
    const reported: unknown[] = [];
    call.addEventListener('call-error', ({ detail }) => reported.push(detail.message));
    call.parts.engine.refusals.set('init', new CallError('invalid-parameter', 'userId'));
    Object.assign(call, { server: 'https://calls.example', userId: 'no spaces', userSig: 'sig' });
    await drawn();
    expect(await refusal(call.ready)).to.have.property('name', 'invalid-parameter');
    expect(reported).to.have.length(1);
  });

  describe('another user', () => {
    const carol = ['init', { server: 'https://calls.example', userId: 'carol', userSig: 'sig-c' }];

    it('is signed in with their own userSig, never with that of the previous user', async () => {
      const call = await signedIn();
      const before = call.ready;
      call.userId = 'carol';
      const { ready } = call;
      expect(ready).to.not.equal(before);
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
      expect(await isPending(ready)).to.be.true;
      call.userSig = 'sig-c';
      await drawn();
      expect(call.parts.engine.asked.slice(2)).to.deep.equal([carol]);
      await ready;
    });

    it('is signed in for any order of the three attributes', async () => {
      for (const order of orders(['server', 'userId', 'userSig'] as const)) {
        const call = await signedIn();
        const { engine } = call.parts;
        engine.refusals.set('renewUserSig', new CallError('user-sig-invalid'));
        // The server refuses the userSig of another user.
        engine.init = async (signIn) => {
          engine.asked.push(['init', signIn]);
          const { userId, userSig } = signIn as { userId: string; userSig: string };
          if ((userSig === 'sig-c') !== (userId === 'carol'))
            throw new CallError('user-sig-invalid');
        };
        const next = { server: 'https://other.example', userId: 'carol', userSig: 'sig-c' };
        for (const name of order) {
          call[name] = next[name];
          await drawn();
        }
        const inits = call.parts.engine.asked.filter(([name]) => name === 'init');
        expect(inits.at(-1)).to.deep.equal(['init', next]);
        for (const [, signIn] of inits as [string, { userId: string; userSig: string }][]) {
          if (signIn.userSig === 'sig-1') expect(signIn.userId, order.join()).to.equal('alice');
        }
        expect(asked(call)).to.include('destroy');
        await call.ready;
        call.remove();
      }
    });

    it('is not signed in with the previous userSig after a sign-out', async () => {
      const call = await signedIn();
      call.removeAttribute('user-id');
      await drawn();
      call.setAttribute('user-id', 'carol');
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
      call.setAttribute('user-id', 'alice');
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy', 'init']);
    });

    it('is not signed in with a renewed userSig of the previous user', async () => {
      const call = await signedIn();
      call.userSig = 'sig-2';
      await drawn();
      call.userId = 'carol';
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'renewUserSig', 'destroy']);
    });

    it('is signed in with a userSig that the server refused for the previous user', async () => {
      const call = await signedIn();
      call.parts.engine.refusals.set('renewUserSig', new CallError('user-sig-invalid'));
      call.userSig = 'sig-c';
      await drawn();
      call.userId = 'carol';
      await drawn();
      expect(call.parts.engine.asked.at(-1)).to.deep.equal(carol);
    });
  });

  describe('signing out', () => {
    for (const name of ['server', 'user-id', 'user-sig'] as const) {
      it(`happens when the attribute ${name} is removed`, async () => {
        const call = await signedIn();
        call.removeAttribute(name);
        await drawn();
        expect(asked(call)).to.deep.equal(['init', 'destroy']);
        expect(await isPending(call.ready)).to.be.true;
      });
    }

    for (const name of ['server', 'userId', 'userSig'] as const) {
      for (const nothing of [null, undefined]) {
        it(`happens when the property ${name} becomes ${nothing}`, async () => {
          const call = await signedIn();
          Object.assign(call, { [name]: nothing });
          await drawn();
          expect(asked(call)).to.deep.equal(['init', 'destroy']);
          expect(await isPending(call.ready)).to.be.true;
        });
      }
    }

    it('happens while the server is unreachable and the engine reconnects', async () => {
      const call = await makeCall();
      call.parts.engine.refusals.set('init', new CallError('signaling-failed'));
      Object.assign(call, { server: 'https://calls.example', userId: 'alice', userSig: 'sig-1' });
      await drawn();
      await refusal(call.ready);
      call.removeAttribute('user-id');
      await drawn();
      expect(asked(call)).to.deep.equal(['init', 'destroy']);
    });

    it('waits without an error for values that are undefined at first', async () => {
      const call = await makeCall();
      const { ready } = call;
      Object.assign(call, { server: 'https://calls.example', userId: undefined, userSig: null });
      await drawn();
      expect(asked(call)).to.deep.equal([]);
      Object.assign(call, { userId: 'alice', userSig: 'sig-1' });
      await drawn();
      await ready;
      expect(asked(call)).to.deep.equal(['init']);
    });
  });

  it('sends a new nickname that is set together with a new userSig', async () => {
    const call = await signedIn();
    call.userSig = 'sig-2';
    call.nickname = 'Alina';
    await drawn();
    expect(asked(call)).to.deep.equal(['init', 'renewUserSig', 'setSelfInfo']);
  });

  describe('resolution', () => {
    it('limits the sent video once a user is signed in', async () => {
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

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
}

function orders<T>(values: readonly T[]): readonly (readonly T[])[] {
  if (values.length <= 1) return [values];
  return values.flatMap((first, index) =>
    orders(values.toSpliced(index, 1)).map((rest) => [first, ...rest]),
  );
}
