import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  LocalVideoTrack,
  TrackPublishOptions,
  TrackSource,
  VideoBufferType,
  VideoFrame,
  VideoSource,
  type LocalTrack,
} from '@livekit/rtc-node';

/** A media source without a device. Owns its resources; ends with `stop()`. */
export interface SyntheticTrack {
  readonly track: LocalTrack;
  readonly options: TrackPublishOptions;
  stop(): Promise<void>;
}

const WIDTH = 160;
const HEIGHT = 120;
/** The lowest rate that still moves: many users share two cores. */
const FRAMES_PER_SECOND = 5;

/** A small picture that changes with each frame. */
export function syntheticVideo(): SyntheticTrack {
  const source = new VideoSource(WIDTH, HEIGHT);
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    const frame = new VideoFrame(picture(count), WIDTH, HEIGHT, VideoBufferType.I420);
    source.captureFrame(frame);
  }, 1000 / FRAMES_PER_SECOND);
  return {
    track: LocalVideoTrack.createVideoTrack('camera', source),
    options: new TrackPublishOptions({
      source: TrackSource.SOURCE_CAMERA,
      simulcast: false,
      videoEncoding: { maxBitrate: 60_000n, maxFramerate: FRAMES_PER_SECOND },
    }),
    stop: async () => {
      clearInterval(timer);
      await source.close();
    },
  };
}

/** I420: moving stripes in the luma planes, a constant colour. */
function picture(count: number): Uint8Array {
  const luma = WIDTH * HEIGHT;
  const data = new Uint8Array(luma * 1.5).fill(110, luma);
  for (let row = 0; row < HEIGHT; row += 1) {
    data.fill(60 + ((row + count * 7) % 120), row * WIDTH, (row + 1) * WIDTH);
  }
  return data;
}

const SAMPLE_RATE = 48_000;
const TONE_HZ = 500;
/** A voice is sent in chunks that outlast a busy moment, silence in chunks of one encoder frame. */
const VOICE_PIECE_MS = 200;
const QUIET_PIECE_MS = 10;
/** As a real microphone in a quiet room: DTX sends a packet now and then. */
const QUIET_PIECE_INTERVAL_MS = 400;

/** A microphone with a voice, which is audible while `speaks` returns true. */
export function syntheticVoice(speaks: () => boolean): SyntheticTrack {
  const tone = (at: number): number =>
    Math.sin((2 * Math.PI * TONE_HZ * at) / SAMPLE_RATE) * 12_000;
  const voice = piece(VOICE_PIECE_MS, tone);
  const source = new AudioSource(SAMPLE_RATE, 1);
  const timer = setInterval(() => {
    // Between chunks the library's queue sends silence by itself.
    if (speaks() && source.queuedDuration < 2 * VOICE_PIECE_MS) play(source, voice);
  }, VOICE_PIECE_MS / 2);
  return microphone(source, timer);
}

/** A microphone in a quiet room. Without a queue, which would encode silence a hundred times a second. */
export function syntheticSilence(): SyntheticTrack {
  const quiet = piece(QUIET_PIECE_MS, () => 0);
  const source = new AudioSource(SAMPLE_RATE, 1, 0);
  return microphone(
    source,
    setInterval(() => play(source, quiet), QUIET_PIECE_INTERVAL_MS),
  );
}

function microphone(source: AudioSource, timer: NodeJS.Timeout): SyntheticTrack {
  return {
    track: LocalAudioTrack.createAudioTrack('microphone', source),
    options: new TrackPublishOptions({
      source: TrackSource.SOURCE_MICROPHONE,
      dtx: true,
      red: false,
    }),
    stop: async () => {
      clearInterval(timer);
      await source.close();
    },
  };
}

function play(source: AudioSource, piece: AudioFrame): void {
  // A source that is being closed accepts no more data.
  source.captureFrame(piece).catch(() => undefined);
}

function piece(ms: number, sampleAt: (at: number) => number): AudioFrame {
  const samples = Int16Array.from({ length: (SAMPLE_RATE * ms) / 1000 }, (_, at) => sampleAt(at));
  return new AudioFrame(samples, SAMPLE_RATE, 1, samples.length);
}
