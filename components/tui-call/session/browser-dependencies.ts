import { browserAbilities } from '../../../src/adapters/browser/browser-abilities.ts';
import { BrowserStorage } from '../../../src/adapters/browser/browser-storage.ts';
import { BrowserClock } from '../../../src/adapters/browser/browser-clock.ts';
import { openCameraPreview } from '../../../src/adapters/capture/camera-preview.ts';
import { BrowserRinger, TUICallEngine } from '../../../src/adapters/index.ts';
import type { ElementDependencies, RingAlert } from './dependencies.ts';

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
    loadSystemControls: async (act) => {
      const { SystemControls } = await import('../../../src/adapters/system/system-controls.ts');
      return new SystemControls(act);
    },
    alert: showRing,
    storage: new BrowserStorage().browser,
    requestNotifications: async () =>
      typeof Notification === 'function' && (await Notification.requestPermission()) === 'granted',
    canShareScreen: browserAbilities.canShareScreen(),
    isOnline: () => browserAbilities.isOnline(),
    now: () => clock.now(),
    wallTime: () => clock.wallTime(),
    after: (ms, callback) => clock.after(ms, callback),
  };
}

/** Loads the code of the notification with the first ring of a page in the background. */
function showRing(ring: RingAlert): () => void {
  const over = new AbortController();
  import('../../../src/adapters/system/ring-alert.ts').then(
    ({ showRingAlert }) => showRingAlert(ring, over.signal),
    // The ring is audible without it.
    () => undefined,
  );
  return () => over.abort();
}
