/** One LivekitMedia inside a page, with the updates it emits and the tracks it opens. */
import { LivekitMedia } from '../../../src/adapters/livekit/livekit-media.ts';
import { TUICallEngine } from '../../../src/adapters/tui-call-engine.ts';
import type { DeviceKind, MediaUpdate, TrackSource } from '../../../src/engine/index.ts';
import type { CallId } from '../../../src/protocol/index.ts';

export type FactPattern = Readonly<Record<string, unknown>>;

class MediaPage {
  readonly media = new LivekitMedia();
  /** The remote user that this page shows; set by the test. */
  peer = '';
  readonly facts: MediaUpdate[] = [];
  /** All tracks that the browser has returned. */
  readonly opened: MediaStreamTrack[] = [];
  readonly #peers: RTCPeerConnection[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #videos = new Map<string, { element: HTMLVideoElement; release: () => void }>();
  /** While set, getUserMedia waits for it. */
  #prompt: Promise<void> | null = null;
  answerPrompt: () => void = () => undefined;

  /** Number of getUserMedia calls. */
  questions = 0;

  constructor() {
    this.media.listen((fact) => {
      this.facts.push(fact);
      for (const check of [...this.#waiting]) check();
    });
    this.#watchCaptures();
    this.#watchPeers();
  }

  engine(): TUICallEngine {
    return TUICallEngine.createInstance();
  }

  join(url: string, token: string): Promise<void> {
    return this.media.join({ callId: 'call' as CallId, url, token, mediaType: 'video' });
  }

  async set(source: TrackSource, on: boolean): Promise<void> {
    await this.media.setTrack(source, on);
  }

  /** The name of the CallError, or null. */
  async outcome(work: (page: MediaPage) => Promise<unknown>): Promise<string | null> {
    return work(this).then(
      () => null,
      (error: unknown) => (error instanceof Error ? error.name : String(error)),
    );
  }

  /** Drops the recorded updates, so that the next `nextUpdate` waits for a new one. */
  forget(): void {
    this.facts.length = 0;
  }

  /** Resolves with the first update that has these fields. */
  nextUpdate(pattern: FactPattern): Promise<MediaUpdate> {
    return new Promise((resolve) => {
      const check = (): void => {
        const found = this.facts.find((fact) => matches(fact, pattern));
        if (!found) return;
        this.#waiting.delete(check);
        resolve(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Resolves when this user is audible, or silent. */
  async volume(userId: string, sounds: boolean): Promise<number> {
    for (;;) {
      const fact = await this.nextUpdate({ type: 'volumes' });
      // Only the inspected updates: the expected one may be recorded already.
      this.facts.splice(0, this.facts.indexOf(fact) + 1);
      const volume = fact.type === 'volumes' ? fact.volumes[userId] : undefined;
      if (volume !== undefined && volume > 0 === sounds) return volume;
    }
  }

  /** Attaches a video element, as a tile does. */
  show(userId: string | null, source: 'camera' | 'screen' = 'camera'): void {
    const element = document.createElement('video');
    element.style.cssText = 'width: 320px; height: 180px';
    document.body.append(element);
    const release = this.media.attachVideo({ userId, source }, element);
    this.#videos.set(`${userId} ${source}`, { element, release });
  }

  /** Joins and returns the order of these events: track arrived, video attached, media connected. */
  async joinWatching(userId: string, url: string, token: string): Promise<string[]> {
    const { element } = this.#video(userId, 'camera');
    const seen: string[] = [];
    const { prototype } = HTMLMediaElement;
    const original = Object.getOwnPropertyDescriptor(prototype, 'srcObject') ?? {};
    Object.defineProperty(element, 'srcObject', {
      ...original,
      set(stream: MediaStream | null) {
        seen.push(stream ? 'a picture' : 'nothing');
        original.set?.call(element, stream);
      },
    });
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        this.addEventListener('connectionstatechange', () => {
          if (this.connectionState === 'connected') seen.push('connected');
        });
        // LiveKit names a stream that is sent already `participant|track`.
        this.addEventListener('track', ({ track, streams }) => {
          if (track.kind === 'video' && streams[0]?.id.includes('|')) seen.push('its track');
        });
      }
    };
    await this.join(url, token);
    await this.frames(1, userId);
    return seen;
  }

  hide(userId: string | null, source: 'camera' | 'screen' = 'camera'): boolean {
    const shown = this.#video(userId, source);
    shown.release();
    return shown.element.srcObject === null;
  }

  /** Resolves with the video width after `count` new frames. */
  async frames(
    count: number,
    userId: string | null,
    source: 'camera' | 'screen' = 'camera',
  ): Promise<number> {
    const { element } = this.#video(userId, source);
    for (let n = 0; n < count; n += 1) {
      await new Promise((resolve) => element.requestVideoFrameCallback(resolve));
    }
    return element.videoWidth;
  }

  /** Resolves when an element plays audible sound. */
  async hears(): Promise<number> {
    const context = new AudioContext();
    await context.resume();
    for (;;) {
      for (const audio of document.querySelectorAll('audio')) {
        const loudest = await measure(context, audio);
        if (loudest < 0.01) continue;
        await context.close();
        return loudest;
      }
      await new Promise(requestAnimationFrame);
    }
  }

  live(): string[] {
    return this.opened.filter((one) => one.readyState === 'live').map((one) => one.kind);
  }

  liveIds(): string[] {
    return this.opened.filter((one) => one.readyState === 'live').map((one) => one.id);
  }

  /** The encodings of the local audio or video. */
  layers(kind: 'audio' | 'video'): RTCRtpEncodingParameters[] {
    return this.#peers
      .filter((peer) => peer.connectionState !== 'closed')
      .flatMap((peer) => peer.getSenders())
      .filter((sender) => sender.track?.kind === kind)
      .flatMap((sender) => sender.getParameters().encodings);
  }

  /** From now on getUserMedia waits for `answerPrompt`. */
  holdPrompt(): void {
    this.#prompt = new Promise((resolve) => (this.answerPrompt = resolve));
  }

  /** Answers the prompt and returns the states of its tracks one task later. */
  async lateAnswer(): Promise<string[]> {
    const before = this.opened.length;
    const given = new Promise<void>((resolve) => (this.#given = resolve));
    this.answerPrompt();
    await given;
    // A macrotask later: the caller's continuations have run.
    await new Promise((resolve) => setTimeout(resolve));
    return this.opened.slice(before).map((one) => one.readyState);
  }

  /** As the browser does when the system mutes the open microphone, or unmutes it. */
  systemMute(muted: boolean): void {
    const track = this.opened.findLast((one) => one.kind === 'audio' && one.readyState === 'live');
    if (!track) throw new Error('no microphone is open');
    Object.defineProperty(track, 'muted', { value: muted, configurable: true });
    track.dispatchEvent(new Event(muted ? 'mute' : 'unmute'));
  }

  endTrack(source: 'audio' | 'video'): void {
    const track = this.opened.findLast((one) => one.kind === source && one.readyState === 'live');
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
  }

  async pick(kind: DeviceKind, n: number): Promise<string> {
    const list = await this.media.listDevices();
    const devices = { microphone: list.microphones, camera: list.cameras, speaker: list.speakers };
    const deviceId = devices[kind][n]?.deviceId ?? '';
    await this.media.selectDevice(kind, deviceId);
    return deviceId;
  }

  #given: () => void = () => undefined;

  #video(userId: string | null, source: string) {
    const shown = this.#videos.get(`${userId} ${source}`);
    if (!shown) throw new Error(`not shown: ${userId} ${source}`);
    return shown;
  }

  #watchPeers(): void {
    const peers = this.#peers;
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
  }

  #watchCaptures(): void {
    const devices = navigator.mediaDevices;
    const user = devices.getUserMedia.bind(devices);
    const display = devices.getDisplayMedia.bind(devices);
    const keep = (stream: MediaStream): MediaStream => {
      this.opened.push(...stream.getTracks());
      this.#given();
      return stream;
    };
    devices.getUserMedia = async (constraints) => {
      this.questions += 1;
      await this.#prompt;
      return keep(await user(constraints));
    };
    devices.getDisplayMedia = async (options) => keep(await display(options));
  }
}

function matches(fact: MediaUpdate, pattern: FactPattern): boolean {
  const fields: FactPattern = { ...fact };
  return Object.entries(pattern).every(([name, value]) => fields[name] === value);
}

/** The maximum amplitude of the stream of this element over a short time. */
async function measure(context: AudioContext, audio: HTMLAudioElement): Promise<number> {
  if (!(audio.srcObject instanceof MediaStream) || audio.paused || audio.muted) return 0;
  const source = context.createMediaStreamSource(audio.srcObject);
  const analyser = context.createAnalyser();
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let loudest = 0;
  for (let n = 0; n < 60 && loudest < 0.01; n += 1) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatTimeDomainData(samples);
    loudest = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), loudest);
  }
  source.disconnect();
  return loudest;
}

declare global {
  var rig: MediaPage;
}

/** Exported for pages that extend this one. */
export const mediaPage = new MediaPage();
globalThis.rig = mediaPage;
