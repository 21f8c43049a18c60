export type CaptureKind = 'audio' | 'video';

/** A stream as far as its tracks are taken out of it. */
type CapturedStream = Pick<MediaStream, 'getAudioTracks' | 'getVideoTracks'>;

export interface CaptureDependencies {
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<CapturedStream>;
  /** What the browser has been told about this device; null where it does not say. */
  readonly permission: (kind: CaptureKind) => Promise<PermissionState | null>;
}

type Tracks = readonly MediaStreamTrack[];
type PendingConstraints = Partial<Record<CaptureKind, MediaTrackConstraints>>;

/**
 * Asks the browser for a microphone and a camera at once where both are wanted in the same task: one
 * question to the user instead of two, and both open in the time of one. Where that fails each is
 * asked for alone, since one of them may be there all the same.
 */
export class CombinedCapture {
  readonly #dependencies: CaptureDependencies;
  /** Not sent yet: whoever comes in time is asked for too. */
  #collecting: {
    readonly pending: PendingConstraints;
    readonly stream: Promise<CapturedStream>;
  } | null = null;

  constructor(dependencies: CaptureDependencies) {
    this.#dependencies = dependencies;
  }

  /** @throws DOMException as getUserMedia. */
  async open(kind: CaptureKind, constraints: MediaTrackConstraints): Promise<Tracks> {
    const { pending, stream } = (this.#collecting ??= this.#collect());
    // The same device twice in one task: the later one has a question of its own.
    if (pending[kind]) return this.#openSingle(kind, constraints);
    pending[kind] = constraints;
    try {
      return tracksOf(await stream, kind);
    } catch (cause) {
      const wasCombined = Object.keys(pending).length > 1;
      if (!wasCombined || (await this.#isDismissed(cause, kind))) throw cause;
      return this.#openSingle(kind, constraints);
    }
  }

  #collect() {
    const pending: PendingConstraints = {};
    const stream = Promise.resolve().then(() => {
      this.#collecting = null;
      return this.#dependencies.getUserMedia(pending);
    });
    return { pending, stream };
  }

  async #openSingle(kind: CaptureKind, constraints: MediaTrackConstraints): Promise<Tracks> {
    return tracksOf(await this.#dependencies.getUserMedia({ [kind]: constraints }), kind);
  }

  /** Whoever has closed the browser's question without an answer is not asked twice more. */
  async #isDismissed(cause: unknown, kind: CaptureKind): Promise<boolean> {
    const denied = cause instanceof Error && cause.name === 'NotAllowedError';
    return denied && (await this.#dependencies.permission(kind)) === 'prompt';
  }
}

function tracksOf(stream: CapturedStream, kind: CaptureKind): Tracks {
  return kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
}

/** Browsers without a word on it reject the name. */
export async function permissionOf(kind: CaptureKind): Promise<PermissionState | null> {
  const name = kind === 'audio' ? 'microphone' : 'camera';
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return null;
  }
}
