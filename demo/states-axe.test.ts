import { expect } from '@open-wc/testing';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import type { TuiCall } from '../components/tui-call/index.ts';
import { drawn } from '../test/support/draw.ts';
import { drawState } from './drawn-state.ts';
import { STATES } from './states-list.ts';

/** Each state in a place of its own, as on demo/states.html. Rendered once: theme and direction only change the look. */
const places = Promise.all(
  STATES.map(async (named) => {
    const place = document.createElement('div');
    place.style.cssText = 'position: relative; inline-size: 420px; block-size: 480px';
    const { element, shown } = drawState(named, { mode: 'inline', lang: 'en' });
    place.append(element);
    document.body.append(place);
    await shown;
    return { place, element };
  }),
);

describe('every screen in every state', () => {
  for (const theme of ['light', 'dark'] as const) {
    for (const dir of ['ltr', 'rtl'] as const) {
      it(`passes axe in the ${theme} theme, ${dir}`, async () => {
        await setViewport({ width: 1280, height: 800 });
        // A change of the theme would be a transition.
        await emulateMedia({ reducedMotion: 'reduce' });
        document.documentElement.dir = dir;
        document.documentElement.style.colorScheme = theme;
        for (const { element } of await places)
          Object.assign(element, { theme } satisfies Partial<TuiCall>);
        await drawn();
        // Many widgets on one page.
        await expect(document.body).to.be.accessible({ ignoredRules: ['landmark-unique'] });
      });
    }
  }
});
