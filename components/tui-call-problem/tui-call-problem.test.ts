import { expect } from '@open-wc/testing';
import { ERRORS, errorShape, type ErrorName } from '../../src/protocol/index.ts';
import {
  cameraBusy,
  cameraDenied,
  cameraMissing,
  failing,
  idle,
  microphoneDenied,
} from '../../test/fakes/call-scenes.ts';
import { buttonNamed, buttonNames, draw, textOf } from '../../test/support/draw.ts';

const noticeOf = (state: typeof idle, online = true) =>
  draw('tui-call-problem', state, { set: { error: state.error }, view: { online } });

describe('tui-call-problem', () => {
  it('is accessible', async () => {
    await expect((await noticeOf(cameraBusy)).element).to.be.accessible();
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
      const { element } = await draw('tui-call-problem', idle, {
        set: { error: errorShape(name) },
      });
      const title = element.renderRoot.querySelector('.title')?.textContent ?? '';
      const advice = element.renderRoot.querySelector('.advice')?.textContent ?? '';
      expect(title !== '' && advice !== '', name).to.equal(!silent.includes(name));
      expect(textOf(element), name).to.not.contain(String(ERRORS[name].code));
    }
  });
});
