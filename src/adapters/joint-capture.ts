export type CaptureKind = 'audio' | 'video';

/** A stream as far as its tracks are taken out of it. */
type Captured = Pick<MediaStream, 'getAudioTracks' | 'getVideoTracks'>;

export interface CaptureParts {
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<Captured>;
  /** What the browser has been told about this device; null where it does not say. */
  readonly permission: (kind: CaptureKind) => Promise<PermissionState | null>;
}

type Tracks = readonly MediaStreamTrack[];
type Asked = Partial<Record<CaptureKind, MediaTrackConstraints>>;

/**
 * Asks the browser for a microphone and a camera at once where both are wanted in the same task: one
 * question to the user instead of two, and both open in the time of one. Where that fails each is
 * asked for alone, since one of them may be there all the same.
 */
export class JointCapture {
  readonly #parts: CaptureParts;
  /** Not sent yet: whoever comes in time is asked for too. */
  #collecting: { readonly asked: Asked; readonly stream: Promise<Captured> } | null = null;

  constructor(parts: CaptureParts) {
    this.#parts = parts;
  }

  /** @throws DOMException as getUserMedia. */
  async open(kind: CaptureKind, constraints: MediaTrackConstraints): Promise<Tracks> {
    const { asked, stream } = (this.#collecting ??= this.#collect());
    // The same device twice in one task: the later one has a question of its own.
    if (asked[kind]) return this.#alone(kind, constraints);
    asked[kind] = constraints;
    try {
      return tracksOf(await stream, kind);
    } catch (cause) {
      const wasJoint = Object.keys(asked).length > 1;
      if (!wasJoint || (await this.#isPutOff(cause, kind))) throw cause;
      return this.#alone(kind, constraints);
    }
  }

  #collect() {
    const asked: Asked = {};
    const stream = Promise.resolve().then(() => {
      this.#collecting = null;
      return this.#parts.getUserMedia(asked);
    });
    return { asked, stream };
  }

  async #alone(kind: CaptureKind, constraints: MediaTrackConstraints): Promise<Tracks> {
    return tracksOf(await this.#parts.getUserMedia({ [kind]: constraints }), kind);
  }

  /** Whoever has closed the browser's question without an answer is not asked twice more. */
  async #isPutOff(cause: unknown, kind: CaptureKind): Promise<boolean> {
    const refused = cause instanceof Error && cause.name === 'NotAllowedError';
    return refused && (await this.#parts.permission(kind)) === 'prompt';
  }
}

function tracksOf(stream: Captured, kind: CaptureKind): Tracks {
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
