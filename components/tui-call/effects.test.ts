import { expect } from '@open-wc/testing';
import { NO_MEDIA_EFFECTS } from '../../src/engine/api/media-effects.ts';
import { connectedVideo } from '../../test/fakes/call-scenes.ts';
import { makeCall, show } from '../../test/support/call-under-test.ts';
import { deepAll, drawn, textOf } from '../../test/support/draw.ts';

const asked = (call: Awaited<ReturnType<typeof makeCall>>) =>
  call.parts.engine.asked
    .filter(([command]) => command === 'setEffects')
    .map(([, ...rest]) => rest);

describe('tui-call with effects', () => {
  it('asks the engine for what the page sets, and for nothing else', async () => {
    const call = await makeCall();
    expect(asked(call)).to.deep.equal([]);
    call.setAttribute('background', 'blur');
    call.setAttribute('beauty', '4');
    await drawn();
    call.noiseSuppression = 'strong';
    await drawn();
    expect(asked(call)).to.deep.equal([
      [{ background: 'blur', beauty: 4 }],
      [{ noiseSuppression: 'strong' }],
    ]);
  });

  it('keeps what the user chooses, and shows it as its own', async () => {
    const call = await makeCall();
    call.parts.engine.effects = { ...NO_MEDIA_EFFECTS, background: 'blur-strong' };
    await call.setEffects({ background: 'blur-strong' });
    expect(asked(call)[0]).to.deep.equal([{ background: 'blur-strong' }, { remember: true }]);
    expect(call.background).to.equal('blur-strong');
  });

  it('says in words why an effect cannot run, and has it off', async () => {
    const call = await makeCall();
    call.background = 'blur';
    await show(call, connectedVideo);
    call.parts.engine.effects = NO_MEDIA_EFFECTS;
    call.parts.engine.notify('onEffectFailed', ['background', 'too-slow']);
    await drawn();
    const [notice] = deepAll(call, 'tui-call-problem');
    expect(notice && textOf(notice)).to.contain('too much for this device');
    expect(call.background).to.equal('none');
  });

  it('shows the problem of an effect that failed while the call connected', async () => {
    const call = await makeCall();
    await show(call, { ...connectedVideo, phase: 'connecting' });
    call.parts.engine.notify('onEffectFailed', ['background', 'not-loaded']);
    await show(call, connectedVideo);
    await drawn();
    const [notice] = deepAll(call, 'tui-call-problem');
    expect(notice && textOf(notice)).to.contain('could not be loaded');
  });

  it('opens the menu of effects from the menu of the call', async () => {
    const call = await makeCall();
    await show(call, connectedVideo);
    deepAll<HTMLElement>(call, '#more')[0]?.click();
    await drawn();
    deepAll<HTMLElement>(call, '[role="menuitem"]')
      .find((item) => item.textContent.includes('effects'))
      ?.click();
    await drawn();
    expect(deepAll(call, 'tui-call-effects').length).to.equal(1);
    expect(deepAll(call, 'tui-call-devices').length).to.equal(0);
  });
});
