import { expect } from '@open-wc/testing';
import { connectedVideo, connecting, idle } from '../../test/fakes/call-scenes.ts';
import { draw, textOf } from '../../test/support/draw.ts';
import { formatDuration } from '../shared/ending.ts';

describe('tui-call-timer', () => {
  it('is accessible, and not a live region', async () => {
    const { element } = await draw('tui-call-timer', connectedVideo);
    await expect(element).to.be.accessible();
    expect(element.renderRoot.querySelector('[role=timer]')?.getAttribute('aria-live')).to.equal(
      'off',
    );
  });

  it('shows the time since the call began, on the engine’s clock', async () => {
    const { element, scene } = await draw('tui-call-timer', connectedVideo);
    expect(textOf(element)).to.equal('02:14');
    scene.time = 3_725_000;
    element.requestUpdate();
    await element.updateComplete;
    expect(textOf(element)).to.equal('1:02:05');
  });

  it('shows that the call is connecting until it is connected', async () => {
    expect(textOf((await draw('tui-call-timer', connecting)).element)).to.equal('Connecting…');
  });

  it('shows nothing without a call', async () => {
    expect(textOf((await draw('tui-call-timer', idle)).element)).to.equal('');
  });

  it('writes seconds, minutes and hours', () => {
    expect(
      [0, 999, 1_000, 59_999, 60_000, 3_599_999, 3_600_000, 360_000_000].map(formatDuration),
    ).to.deep.equal(['00:00', '00:00', '00:01', '00:59', '01:00', '59:59', '1:00:00', '100:00:00']);
    expect(formatDuration(-5)).to.equal('00:00');
  });
});
