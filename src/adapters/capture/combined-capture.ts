export type CaptureKind = 'audio' | 'video';

/** The part of MediaStream that is used. */
type CapturedStream = Pick<MediaStream, 'getAudioTracks' | 'getVideoTracks'>;

export interface CaptureDependencies {
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<CapturedStream>;
  /** The permission state of this device; null if the browser does not report it. */
  readonly permission: (kind: CaptureKind) => Promise<PermissionState | null>;
}

type Tracks = readonly MediaStreamTrack[];
type PendingConstraints = Partial<Record<CaptureKind, MediaTrackConstraints>>;

/**
 * Combines requests for a microphone and a camera of one task into one getUserMedia: the user sees one
 * prompt, and both devices open in parallel. If it fails, each device is requested alone, because one of
 * them may be available.
 */
export class CombinedCapture {
  readonly #dependencies: CaptureDependencies;
  /** The request of the present task, not sent yet. */
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
    // A second request for the same kind in one task is sent alone.
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

  /** A user who dismisses the prompt gets no second one. */
  async #isDismissed(cause: unknown, kind: CaptureKind): Promise<boolean> {
    const denied = cause instanceof Error && cause.name === 'NotAllowedError';
    return denied && (await this.#dependencies.permission(kind)) === 'prompt';
  }
}

function tracksOf(stream: CapturedStream, kind: CaptureKind): Tracks {
  return kind === 'audio' ? stream.getAudioTracks() : stream.getVideoTracks();
}

/** Browsers that do not know the permission name reject. */
export async function permissionOf(kind: CaptureKind): Promise<PermissionState | null> {
  const name = kind === 'audio' ? 'microphone' : 'camera';
  try {
    return (await navigator.permissions.query({ name })).state;
  } catch {
    return null;
  }
}
