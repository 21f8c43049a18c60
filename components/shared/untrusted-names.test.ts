import { expect } from '@open-wc/testing';
import * as scenes from '../../test/fakes/call-scenes.ts';
import { deepAll, draw, textOf } from '../../test/support/draw.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';

/** All screens that show names. */
const SCREENS = [
  ['tui-call-incoming', scenes.incomingVideo],
  ['tui-call-outgoing', scenes.ringing],
  ['tui-call-stage', scenes.connectedAudio],
  ['tui-call-stage', scenes.group],
  ['tui-call-people', scenes.group],
  ['tui-call-waiting', scenes.waiting],
  ['tui-call-aside', scenes.held],
  ['tui-call-pill', scenes.connectedVideo],
] as const;

const MARKUP = [
  '<img src=x onerror=alert(1)>',
  '${alert(1)}{{alert(1)}}',
  '</style><script>alert(1)</script>',
];
const STAGE_PX = 420;

describe('names chosen by other users', () => {
  for (const [tag, state] of SCREENS) {
    it(`are text and never markup in ${tag} (H90)`, async () => {
      for (const name of MARKUP) {
        const { element } = await draw(tag, named(state, name));
        expect(textOf(element)).to.contain(name);
        expect(deepAll(element, 'script, img, [onerror]').length).to.equal(0);
      }
    });

    it(`neither reverse nor stretch the layout of ${tag} (H91)`, async () => {
      const name = `\u202E\u200B${'W'.repeat(10_000)}${'\u0301'.repeat(200)}`;
      const { element } = await draw(tag, named(state, name));
      const names = deepAll(element, 'bdi').filter(({ textContent }) => textContent.includes('WW'));
      expect(names.length).to.be.above(0);
      expect(textOf(element)).to.not.match(/[\u202E\u200B]|\u0301{4}|W{100}/);
      for (const one of names) {
        expect(one.parentElement!.getBoundingClientRect().width).to.be.at.most(STAGE_PX);
      }
    });
  }
});

/** The same state with this name for every user. */
function named(state: CallSnapshot, name: string): CallSnapshot {
  return {
    ...state,
    members: state.members.map((one) => ({ ...one, name })),
    waiting: state.waiting && { ...state.waiting, name },
    held: state.held.map((one) => ({ ...one, name })),
  };
}
