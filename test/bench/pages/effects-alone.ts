import { BackgroundProcessor } from '@livekit/track-processors';
import { LocalVideoTrack } from 'livekit-client';
import type { OpenEffect } from '../../../src/adapters/effects/processed-track.ts';
import type { PictureLook } from '../../../src/adapters/effects/effect-settings.ts';

// Two ways to blur what is behind a person, on the same camera: LiveKit's and ours, each without a call.

const MEASURED_MS = 8_000;
const WARM_UP_MS = 3_000;
const TICK_MS = 10;

export interface EffectFigures {
  readonly fps: number;
  /** How late timers of the page were, in ms. */
  readonly lags: number[];
}

const camera = async (): Promise<MediaStreamTrack> => {
  const video = { width: 640, height: 480, frameRate: 30 };
  const [track] = (await navigator.mediaDevices.getUserMedia({ video })).getVideoTracks();
  if (!track) throw new Error('no camera');
  return track;
};

window.effects = {
  async plain() {
    const raw = await camera();
    const figures = await measured(raw);
    raw.stop();
    return figures;
  },
  async livekit(modelAssetPath) {
    const raw = await camera();
    const local = new LocalVideoTrack(raw, undefined, true);
    const tasksVisionFileSet = '/node_modules/@mediapipe/tasks-vision/wasm';
    await local.setProcessor(
      BackgroundProcessor({
        mode: 'background-blur',
        blurRadius: 10,
        assetPaths: { tasksVisionFileSet, modelAssetPath },
      }),
    );
    const figures = await measured(local.getProcessor()?.processedTrack ?? raw);
    await local.stopProcessor();
    raw.stop();
    return figures;
  },
  async ours(script) {
    const raw = await camera();
    const { openPicture } = (await import(script)) as { openPicture: OpenEffect<PictureLook> };
    const processed = await openPicture({
      raw,
      look: { background: 'blur', beauty: 0, beautyWhiten: 0 },
      signal: new AbortController().signal,
      failed: (reason) => console.error(reason),
    });
    const figures = await measured(processed.track);
    processed.close();
    raw.stop();
    return figures;
  },
};

async function measured(track: MediaStreamTrack): Promise<EffectFigures> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = new MediaStream([track]);
  document.body.append(video);
  await video.play();
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const began = performance.now();
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  const lags: number[] = [];
  while (performance.now() - began < MEASURED_MS) {
    const due = performance.now() + TICK_MS;
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    lags.push(Math.max(0, performance.now() - due));
  }
  const frames = video.getVideoPlaybackQuality().totalVideoFrames - before;
  const fps = (frames * 1000) / (performance.now() - began);
  video.remove();
  return { fps, lags };
}

declare global {
  interface Window {
    effects: {
      plain(): Promise<EffectFigures>;
      livekit(model: string): Promise<EffectFigures>;
      ours(script: string): Promise<EffectFigures>;
    };
  }
}
