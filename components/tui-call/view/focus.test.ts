import { expect, fixture, html } from '@open-wc/testing';
import {
  calling,
  cameraDenied,
  connectedVideo,
  ended,
  group,
  held,
  idle,
  incomingVideo,
  mixedGroup,
  ringing,
  soundBlocked,
  waiting,
} from '../../../test/fakes/call-scenes.ts';
import { makeCall, show, type CallUnderTest } from '../../../test/support/call-under-test.ts';
import { buttonNamed, drawn } from '../../../test/support/draw.ts';
import { deepActiveElement } from '../../shared/focus.ts';

describe('keyboard and screen reader in tui-call', () => {
  describe('focus', () => {
    it('moves to the dialog, and returns when the call is over', async () => {
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

    it('moves to the card of the ended call, and returns when the user closes the card', async () => {
      const before = await fixture<HTMLButtonElement>(html`<button>Somewhere</button>`);
      const call = await makeCall();
      before.focus();
      await show(call, connectedVideo);
      buttonNamed(call, 'Hang up').focus();
      await show(call, ended({}));
      expect(deepActiveElement()?.getAttribute('aria-labelledby')).to.equal('title');
      buttonNamed(call, 'Close').focus();
      await show(call, idle);
      expect(document.activeElement === before).to.be.true;
    });

    it('moves to the screen when the pressed button is removed: waiting call, notice, held call', async () => {
      const call = await makeCall();
      const scenes = [
        [waiting, 'Decline'],
        [held, 'Resume'],
        [cameraDenied, 'Go on without'],
        [soundBlocked, 'Turn on sound'],
      ] as const;
      for (const [scene, button] of scenes) {
        await show(call, scene);
        buttonNamed(call, button).focus();
        await show(call, connectedVideo);
        expect(deepActiveElement()?.className, button).to.contain('stage');
      }
    });

    it('stays in the people panel when the pressed button there is removed', async () => {
      const call = await makeCall();
      await show(call, mixedGroup);
      buttonNamed(call, 'People: 5').click();
      await drawn();
      buttonNamed(call, 'Ring Sam Ortiz again').focus();
      const members = mixedGroup.members.map((m) =>
        m.name === 'Sam Ortiz' ? { ...m, status: 'ringing' as const } : m,
      );
      await show(call, { ...mixedGroup, members });
      expect(deepActiveElement()?.className).to.equal('panel');
    });

    it('stays on the page if the user has moved it there', async () => {
      const call = await makeCall();
      await show(call, waiting);
      buttonNamed(call, 'Decline').focus();
      await show(call, { ...waiting });
      (deepActiveElement() as HTMLElement).blur();
      await drawn();
      await show(call, connectedVideo);
      expect(document.activeElement === document.body).to.be.true;
    });

    it('stays in a text field of the page', async () => {
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
    const announced = (call: CallUnderTest) =>
      call.renderRoot.querySelector('[role=status]')?.textContent ?? '';

    it('name each step of a call', async () => {
      const call = await makeCall();
      await show(call, calling);
      expect(announced(call)).to.equal('Calling…');
      await show(call, ringing);
      expect(announced(call)).to.equal('Ringing…');
      await show(call, connectedVideo);
      expect(announced(call)).to.equal('Connected');
      await show(call, { ...connectedVideo, microphone: idle.microphone });
      expect(announced(call)).to.equal('Muted');
      await show(call, ended({}));
      expect(announced(call)).to.equal('Call ended. Mina Kim hung up.');
    });

    it('name the caller of an incoming call', async () => {
      const call = await makeCall();
      await show(call, incomingVideo);
      expect(announced(call)).to.equal('Mina Kim: Incoming video call');
    });

    it('name members who join and leave a group call', async () => {
      const call = await makeCall();
      await show(call, group);
      await show(call, {
        ...group,
        members: group.members.map((m) => ({
          ...m,
          status: m.name === 'Jonas P.' ? 'left' : 'joined',
        })),
      });
      expect(announced(call)).to.equal('Jonas P. left Dr. Rossi joined');
    });
  });
});
