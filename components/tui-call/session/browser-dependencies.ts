import { browserAbilities } from '../../../src/adapters/browser/browser-abilities.ts';
import { BrowserClock } from '../../../src/adapters/browser/browser-clock.ts';
import { openCameraPreview } from '../../../src/adapters/capture/camera-preview.ts';
import { BrowserRinger, TUICallEngine } from '../../../src/adapters/index.ts';
import type { ElementDependencies } from './dependencies.ts';

/** Creates the dependencies of an element in a browser. */
export function browserDependencies(): ElementDependencies {
  const engine = TUICallEngine.createInstance();
  const clock = new BrowserClock();
  return {
    engine,
    ringer: new BrowserRinger(),
    attachVideo: (source, video) => engine.media.attachVideo(source, video),
    drawBackgrounds: (backgrounds) => engine.media.drawBackgrounds(backgrounds),
    openPreview: openCameraPreview,
    canShareScreen: browserAbilities.canShareScreen(),
    isOnline: () => browserAbilities.isOnline(),
    now: () => clock.now(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}
