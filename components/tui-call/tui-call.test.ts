import { expect, html, waitUntil } from '@open-wc/testing';
import {
  connectedVideo,
  elsewhere,
  ended,
  failing,
  group,
  held,
  idle,
  incomingVideo,
  onlyHeld,
  ringing,
  waiting,
} from '../../test/fakes/call-scenes.ts';
import { asked, CallUnderTest, makeCall, show } from '../../test/support/call-under-test.ts';
import { arrived, buttonNamed, deepAll, drawn, textOf } from '../../test/support/draw.ts';
import { register } from '../shared/register.ts';

describe('tui-call', () => {
  describe('accessibility', () => {
    for (const [name, state] of Object.entries({
      idle,
      incomingVideo,
      ringing,
      connectedVideo,
      group,
      elsewhere,
      waiting,
      held,
      onlyHeld,
      ended: ended({}),
      failing: failing('user-sig-expired'),
    })) {
      it(`passes axe in state ${name}`, async () => {
        const call = await makeCall();
        await show(call, state);
        await arrived(call);
        await expect(call).to.be.accessible();
      });
    }
  });

  describe('background calls', () => {
    it('offers to move a call from another device to this one', async () => {
      const call = await makeCall();
      await show(call, elsewhere);
      await waitUntil(() => textOf(call).includes('Move here'));
      buttonNamed(call, 'Move here').click();
      await drawn();
      expect(asked(call)).to.deep.equal(['moveHere']);
    });

    it('shows and announces a waiting call, over the stage and over the pill', async () => {
      const call = await makeCall();
      await show(call, connectedVideo);
      await show(call, waiting);
      await waitUntil(() => textOf(call).includes('Hold & answer'));
      expect(call.renderRoot.querySelector('[role=status]')?.textContent).to.equal(
        'Dr. Rossi: Incoming video call',
      );
      await call.minimise(true);
      await drawn();
      buttonNamed(call, 'Hold & answer').click();
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([['acceptWaiting', { currentCall: 'hold' }]]);
    });

    it('resumes a held call', async () => {
      const call = await makeCall();
      await show(call, onlyHeld);
      await waitUntil(() => textOf(call).includes('Resume'));
      buttonNamed(call, 'Resume').click();
      await drawn();
      expect(call.parts.engine.asked).to.deep.equal([['holdCall', false]]);
    });
  });

  describe('people and menu', () => {
    it('requests contacts from the page, and invites the contact that the user selects', async () => {
      const call = await makeCall();
      const calls: string[] = [];
      call.addEventListener('contacts-requested', ({ detail }) => {
        calls.push(detail.callId);
        detail.respond([{ userId: 'eve', name: 'Eve' }]);
      });
      await show(call, group);
      buttonNamed(call, 'People: 3').click();
      await waitUntil(() => textOf(call).includes('Add people'));
      buttonNamed(call, 'Add people').click();
      await waitUntil(() => deepAll(call, '[role=option]').length > 0);
      deepAll(call, '[role=option]')[0]?.click();
      await drawn();
      buttonNamed(call, 'Invite 1').click();
      await drawn();
      expect(calls[0]).to.equal(group.callId);
      expect(call.parts.engine.asked).to.deep.equal([['inviteUser', ['eve']]]);
    });

    it('requests contacts when the user opens the call menu, only while contacts is null', async () => {
      const call = await makeCall();
      let requests = 0;
      call.addEventListener('contacts-requested', () => (requests += 1));
      await show(call, connectedVideo);
      buttonNamed(call, 'More').click();
      await drawn();
      expect(requests).to.equal(1);
      buttonNamed(call, 'More').click();
      call.contacts = [];
      await drawn();
      buttonNamed(call, 'More').click();
      await drawn();
      expect(requests).to.equal(1);
    });

    it('sets the layout to speaker when the user selects it', async () => {
      const call = await makeCall();
      await show(call, group);
      buttonNamed(call, 'Show the speaker large').click();
      await drawn();
      expect(call.layout).to.equal('speaker');
    });
  });

  it('calls the same users again after an unanswered call', async () => {
    const call = await makeCall();
    await show(call, ended({ reason: 'line-busy', connected: false }, ringing));
    buttonNamed(call, 'Call again').click();
    await drawn();
    expect(call.parts.engine.asked).to.deep.equal([['calls', ['mina'], 'video', {}]]);
  });

  it('calls the caller of a missed call back', async () => {
    const call = await makeCall();
    await show(call, ended({ reason: 'cancelled', connected: false }, incomingVideo));
    buttonNamed(call, 'Call back').click();
    await drawn();
    expect(call.parts.engine.asked).to.deep.equal([['calls', ['mina'], 'video', {}]]);
  });

  it('shows nothing without a call', async () => {
    const call = await makeCall();
    expect(textOf(call)).to.equal('');
    expect(call.getBoundingClientRect().height).to.equal(0);
  });

  it('shows only its own call beside another element on the page', async () => {
    const [one, other] = [await makeCall(), await makeCall()];
    await show(one, incomingVideo);
    expect(textOf(one)).to.contain('Mina Kim');
    expect(textOf(other)).to.equal('');
  });

  it('shows buttons of the page in the bar of a running call', async () => {
    const call = await makeCall(
      html`<call-under-test><button slot="controls">Notes</button></call-under-test>`,
    );
    await show(call, connectedVideo);
    const own = call.querySelector('button');
    expect(own?.getBoundingClientRect().width).to.be.above(0);
  });

  it('minimises the call and restores it', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    buttonNamed(call, 'Minimise').click();
    await drawn();
    expect(deepAll(call, 'tui-call-pill').length).to.equal(1);
    deepAll(call, '.back')[0]?.click();
    await drawn();
    expect(deepAll(call, 'tui-call-stage').length).to.equal(1);
  });

  it('uses the language of its lang attribute, and its direction', async () => {
    const call = await makeCall(html`<call-under-test lang="ar"></call-under-test>`);
    await show(call, incomingVideo);
    await waitUntil(() => textOf(call).includes('مكالمة فيديو واردة'), 'Arabic is fetched');
    expect(call.renderRoot.querySelector('.base')?.getAttribute('dir')).to.equal('rtl');
    call.setAttribute('lang', 'de-AT');
    await waitUntil(() => textOf(call).includes('Eingehender Videoanruf'), 'German is fetched');
    expect(call.renderRoot.querySelector('.base')?.hasAttribute('dir')).to.be.false;
    // The Arabic text stays in the live region, marked as Arabic.
    const status = call.renderRoot.querySelector<HTMLElement>('[role=status]')!;
    expect([status.lang, status.textContent]).to.deep.equal(['ar', 'Mina Kim: مكالمة فيديو واردة']);
  });

  it('keeps its first definition if it is registered twice', () => {
    class Other extends HTMLElement {}
    register({ 'call-under-test': Other });
    expect(customElements.get('call-under-test')).to.equal(CallUnderTest);
  });
});
