import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'puppeteer-core';
import { deferred } from '../../src/adapters/effects/within.ts';
import { eventually } from './support/eventually.ts';
import { withEffects } from './support/page-server.ts';
import { delayOf, intelligibility, pauseLevel } from './support/speech-quality.ts';
import type { WidgetPage } from './support/widget-page.ts';
import { World } from './support/world.ts';

/** `noise-suppression="strong"` in real calls: the microphone hears speech and a fan. */

let world: World;
/** Its pages may play sound without a user gesture: the fake microphone needs it. */
let browser: Browser;
before(async () => {
  world = await World.start();
  world.website.policyOf = withEffects;
  browser = await world.chromium('--autoplay-policy=no-user-gesture-required');
});
after(() => world.stop());

test('noise goes and speech stays, of a mono and of a stereo microphone', async (t) => {
  const calls = await Promise.all([1, 2].map((channels) => talking('strong', channels)));
  await Promise.all(calls.map(([, bob]) => bob.hears()));
  const results = await Promise.all(calls.map(([alice]) => untilSuppressed(alice)));
  for (const [index, result] of results.entries()) {
    t.diagnostic(`${index + 1} channel(s): ${describeQuality(result)}`);
  }
  for (const [alice, bob] of calls) await end(alice, bob);
});

test('a microphone that is taken away comes back with the suppression; off and standard need no code', async () => {
  const [alice, bob] = await talking('strong', 1);
  await bob.hears();
  await sends(alice, 'the suppressed sound');
  const before = await sentId(alice);
  await takeMicrophoneAway(alice);
  await eventually(
    async () => (await sentId(alice)) !== before,
    () => 'no other microphone is sent',
  );
  await sends(alice, 'the suppressed sound');
  await bob.hears();
  await set(alice, 'off');
  await eventually(
    async () => (await constraints(alice)).at(-1) === false,
    async () => `asked for ${(await constraints(alice)).join()}`,
  );
  await set(alice, 'standard');
  await eventually(
    async () => (await constraints(alice)).at(-1) === true,
    async () => `asked for ${(await constraints(alice)).join()}`,
  );
  await bob.hears();
  await end(alice, bob);
});

test('speech is sent as it is while the suppression loads, and then with it', async () => {
  const { asked, release } = holdFile('noise-worklet');
  const [alice, bob] = await talking('strong', 1);
  await asked;
  await bob.hears();
  await sends(alice, 'the plain sound');
  release();
  await untilSuppressed(alice);
  await end(alice, bob);
});

test('a suppression that the system suspends continues; one that stands still ends, and the plain sound is sent', async () => {
  const [alice, bob] = await talking('strong', 1);
  await untilSuppressed(alice);
  await alice.page.evaluate(() => window.heardBy.suspend());
  await eventually(
    () => alice.page.evaluate(() => window.heardBy.runs()),
    () => 'the suppression stays suspended',
  );
  await bob.hears();
  await sends(alice, 'the suppressed sound');
  await alice.page.evaluate(() => {
    Object.defineProperty(BaseAudioContext.prototype, 'currentTime', { get: () => 1 });
  });
  const { detail } = await alice.event('effect-failed');
  assert.deepEqual([detail['effect'], detail['reason']], ['noise-suppression', 'stopped']);
  await sends(alice, 'the plain sound');
  await bob.hears();
  await end(alice, bob);
});

test('a microphone whose plain sound cannot be sent in place of the suppressed one is reported as closed', async () => {
  const [alice, bob] = await talking('strong', 1);
  await untilSuppressed(alice);
  await alice.page.evaluate(() => {
    const { prototype } = RTCRtpSender;
    const { replaceTrack } = prototype;
    prototype.replaceTrack = async () => {
      prototype.replaceTrack = replaceTrack;
      throw new DOMException('refused by the test', 'InvalidModificationError');
    };
  });
  await set(alice, 'standard');
  await alice.until('a closed microphone', ({ microphone }) => !microphone.on);
  await alice.call('openMicrophone');
  await bob.hears();
  await end(alice, bob);
});

test('a microphone that is taken away while the suppression loads is replaced', async () => {
  const { asked, release } = holdFile('noise-worklet');
  const [alice, bob] = await talking('strong', 1);
  await asked;
  await takeMicrophoneAway(alice);
  release();
  await bob.hears();
  await untilSuppressed(alice);
  await end(alice, bob);
});

test('a file that cannot be fetched is reported, and the plain sound is sent', async () => {
  world.website.until = async (path) => {
    if (path.includes('noise-worklet')) throw new Error('no such file');
  };
  const [alice, bob] = await talking('strong', 1);
  const { detail } = await alice.event('effect-failed');
  world.website.until = async () => undefined;
  assert.deepEqual([detail['effect'], detail['reason']], ['noise-suppression', 'not-loaded']);
  await bob.hears();
  await end(alice, bob);
});

/** The website sends no file of this name before `release`. */
function holdFile(name: string): { asked: Promise<void>; release: () => void } {
  const [asked, held] = [deferred<void>(), deferred<void>()];
  world.website.until = async (path) => {
    if (!path.includes(name)) return;
    asked.resolve();
    await held.promise;
  };
  const release = (): void => {
    held.resolve();
    world.website.until = async () => undefined;
  };
  return { asked: asked.promise, release };
}

/** As a browser does when a microphone is unplugged. */
function takeMicrophoneAway(who: WidgetPage): Promise<void> {
  return who.page.evaluate(() => {
    for (const track of window.record.tracks) {
      track.stop();
      track.dispatchEvent(new Event('ended'));
    }
  });
}

async function talking(
  level: string,
  channels: number,
): Promise<readonly [WidgetPage, WidgetPage]> {
  const [a, b] = [`noise-a-${count}`, `noise-b-${count}`];
  count += 1;
  const alice = await world.widget(a, {
    browser,
    attributes: { 'noise-suppression': level },
    before: `(${microphone.toString()})(${channels})`,
  });
  const bob = await world.widget(b, { browser });
  await alice.call('calls', [b], 'audio');
  await bob.phase('incoming');
  await bob.call('accept');
  await Promise.all([alice.phase('connected'), bob.phase('connected')]);
  return [alice, bob];
}
let count = 0;

async function sends(who: WidgetPage, what: string): Promise<void> {
  const sent = (): Promise<string> => who.page.evaluate(() => window.heardBy.sends());
  await eventually(
    async () => (await sent()) === what,
    async () => `sends ${await sent()}, never ${what}`,
  );
}

function sentId(who: WidgetPage): Promise<string | undefined> {
  return who.page.evaluate(() => window.heardBy.sentId());
}

async function end(alice: WidgetPage, bob: WidgetPage): Promise<void> {
  await alice.call('hangup');
  await eventually(
    async () => (await alice.open()).tracks === 0 && (await alice.players()) === 0,
    async () => `left: ${JSON.stringify(await alice.open())}, ${await alice.players()} players`,
  );
  await alice.close();
  await bob.close();
}

interface Quality {
  /** dB by which the noise in pauses is lower than at the microphone. */
  readonly less: number;
  readonly intelligibility: number;
  /** Of what the microphone hears. */
  readonly intelligibilityBefore: number;
}

/** Records until the noise is gone and the speech is not: an audio thread that gets no processor time drops samples. */
async function untilSuppressed(who: WidgetPage): Promise<Quality> {
  await sends(who, 'the suppressed sound');
  let last: Quality | null = null;
  return eventually(
    async () => {
      last = qualityOf(await recorded(who));
      const { less, intelligibility: now, intelligibilityBefore: before } = last;
      return less > 10 && now > 0.85 && now > before - 0.02 ? last : null;
    },
    () => `the noise stays, or the speech goes: ${last === null ? '' : describeQuality(last)}`,
  );
}

function qualityOf({ clean, noisy, sent }: Recording): Quality {
  const [heard, before] = [aligned(clean, sent), aligned(clean, noisy)];
  return {
    less: pauseLevel(clean, before) - pauseLevel(clean, heard),
    intelligibility: intelligibility(clean, heard),
    intelligibilityBefore: intelligibility(clean, before),
  };
}

function describeQuality({ less, intelligibility: now, intelligibilityBefore }: Quality): string {
  return `${less.toFixed(1)} dB less noise, intelligibility ${intelligibilityBefore} → ${now}`;
}

function set(who: WidgetPage, level: string): Promise<void> {
  return who.page.evaluate((one) => {
    document.querySelector('tui-call')?.setAttribute('noise-suppression', one);
  }, level);
}

function constraints(who: WidgetPage): Promise<unknown[]> {
  return who.page.evaluate(() => window.heardBy.asked);
}

interface Recording {
  readonly clean: Float64Array;
  readonly noisy: Float64Array;
  readonly sent: Float64Array;
}

/** The whole speech once, as it was said, with the noise, and as it is sent; at 10 kHz. */
async function recorded(who: WidgetPage): Promise<Recording> {
  const [clean = [], noisy = [], sent = []] = await who.page.evaluate(() =>
    window.heardBy.record(),
  );
  return {
    clean: Float64Array.from(clean),
    noisy: Float64Array.from(noisy),
    sent: Float64Array.from(sent),
  };
}

function aligned(clean: Float64Array, later: Float64Array): Float64Array {
  return later.subarray(delayOf(clean, later, 4000));
}

/** Runs in the page before its own scripts: a microphone that hears speech and noise, over and over. */
function microphone(channels: number): void {
  const asked: unknown[] = [];
  const ready = (async () => {
    const context = new AudioContext({ sampleRate: 48_000 });
    const response = await fetch('/media/speech.wav');
    const speech = await context.decodeAudioData(await response.arrayBuffer());
    const noise = context.createBuffer(1, speech.length, 48_000);
    const samples = noise.getChannelData(0);
    for (let at = 0; at < samples.length; at += 1) samples[at] = (Math.random() - 0.5) * 0.06;
    const play = (buffer: AudioBuffer) => {
      const source = new AudioBufferSourceNode(context, { buffer, loop: true });
      source.start();
      return source;
    };
    const [voice, fan] = [play(speech), play(noise)];
    const outlet = (...sources: AudioNode[]) => {
      const to = new MediaStreamAudioDestinationNode(context, { channelCount: channels });
      for (const source of sources) source.connect(to);
      return to;
    };
    return { voice, fan, outlet, seconds: speech.duration };
  })();
  /** Those that suppress noise. */
  const contexts: AudioContext[] = [];
  window.AudioContext = class extends AudioContext {
    constructor(options?: AudioContextOptions) {
      super(options);
      if (options?.sampleRate !== undefined) contexts.push(this);
    }
  };
  const devices = navigator.mediaDevices;
  devices.getUserMedia = async (wanted) => {
    const audio = wanted?.audio;
    asked.push(typeof audio === 'object' ? audio.noiseSuppression : audio);
    const { voice, fan, outlet } = await ready;
    return outlet(voice, fan).stream;
  };
  interface Processor {
    readonly readable: ReadableStream<AudioData>;
  }
  const listen = async (track: MediaStreamTrack, seconds: number): Promise<number[]> => {
    const { MediaStreamTrackProcessor: Reader } = window as typeof window & {
      MediaStreamTrackProcessor: new (init: {
        track: MediaStreamTrack;
        maxBufferSize: number;
      }) => Processor;
    };
    const reader = new Reader({ track, maxBufferSize: 10_000 }).readable.getReader();
    const heard: number[] = [];
    const parts: Float32Array[] = [];
    let frames = 0;
    let rate = 48_000;
    while (frames < seconds * rate) {
      const { value } = await reader.read();
      if (value === undefined) break;
      rate = value.sampleRate;
      const part = new Float32Array(value.numberOfFrames);
      value.copyTo(part, { planeIndex: 0, format: 'f32-planar' });
      frames += part.length;
      parts.push(part);
      value.close();
    }
    await reader.cancel();
    const all = parts.flatMap((part) => [...part]);
    const step = rate / 10_000;
    for (let at = 0; at + step < all.length; at += step) {
      const near = all.slice(Math.floor(at), Math.floor(at + step));
      heard.push(near.reduce((sum, one) => sum + one, 0) / near.length);
    }
    return heard;
  };
  const sentTrack = (): MediaStreamTrack | null => {
    const senders = window.record.peers.flatMap((peer) => peer.getSenders());
    return senders.find(({ track }) => track?.kind === 'audio')?.track ?? null;
  };
  window.heardBy = {
    asked,
    suspend: async () => {
      for (const context of contexts) await context.suspend();
    },
    runs: () => contexts.some(({ state }) => state === 'running'),
    sentId: () => sentTrack()?.id,
    sends: () => {
      const sent = sentTrack();
      if (sent?.readyState !== 'live') return 'nothing';
      return window.record.tracks.includes(sent) ? 'the plain sound' : 'the suppressed sound';
    },
    record: async () => {
      const { voice, fan, outlet, seconds } = await ready;
      const sent = sentTrack();
      if (!sent) throw new Error('nothing is sent');
      const tracks = [outlet(voice), outlet(voice, fan)].flatMap(({ stream }) =>
        stream.getTracks(),
      );
      return Promise.all(
        [...tracks, sent.clone()].map(async (track) => {
          const heard = await listen(track, seconds);
          track.stop();
          return heard;
        }),
      );
    },
  };
}

declare global {
  interface Window {
    heardBy: {
      readonly asked: unknown[];
      /** As the system does for a phone call. */
      suspend(): Promise<void>;
      /** Whether the suppression runs. */
      runs(): boolean;
      sends(): string;
      sentId(): string | undefined;
      record(): Promise<number[][]>;
    };
  }
}
