import { expect } from '@open-wc/testing';
import { emulateMedia, setViewport } from '@web/test-runner-commands';
import type { TuiCall } from '../components/tui-call/index.ts';
import { drawn } from '../test/support/draw.ts';
import { drawState } from './drawn-state.ts';
import { STATES } from './states-list.ts';

const THEMES = ['light', 'dark'] as const;
const DIRECTIONS = ['ltr', 'rtl'] as const;

describe('every screen in every state passes axe in both themes and directions', () => {
  for (const named of STATES) {
    it(named.name, async () => {
      await setViewport({ width: 1280, height: 800 });
      // A change of the theme would be a transition.
      await emulateMedia({ reducedMotion: 'reduce' });
      const place = document.createElement('div');
      place.style.cssText = 'position: relative; inline-size: 420px; block-size: 480px';
      const { element, shown } = drawState(named, { mode: 'inline', lang: 'en' });
      place.append(element);
      document.body.append(place);
      await shown;
      for (const theme of THEMES) {
        for (const dir of DIRECTIONS) {
          document.documentElement.dir = dir;
          document.documentElement.style.colorScheme = theme;
          Object.assign(element, { theme } satisfies Partial<TuiCall>);
          await drawn();
          await expect(place, `${theme}, ${dir}`).to.be.accessible();
        }
      }
      place.remove();
    });
  }
});
