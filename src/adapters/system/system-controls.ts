interface SystemCall {
  readonly title: string;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean | null;
  readonly showsVideo: boolean;
}

type SystemAction = 'hangup' | 'toggle-microphone' | 'toggle-camera';

const ACTIONS = {
  hangup: 'hangup',
  togglemicrophone: 'toggle-microphone',
  togglecamera: 'toggle-camera',
} as const satisfies Record<string, SystemAction>;

/** navigator.audioSession of Safari 16.4 and newer (W3C Audio Session). */
interface AudioSession {
  type: string;
}

/**
 * What the system shows and does for a call: the screen stays awake while there is video; headset, media keys and lock
 * screen hang up and turn microphone and camera on and off; sound is that of a conversation. Each part works where the
 * browser has it. Owns nothing without a call.
 */
export class SystemControls {
  readonly #act: (action: SystemAction) => void;
  #call: SystemCall | null = null;
  #wakeLock: Promise<WakeLockSentinel | null> | null = null;
  #ended: AbortController | null = null;

  constructor(act: (action: SystemAction) => void) {
    this.#act = act;
  }

  update(call: SystemCall | null): void {
    if (call && !this.#call) this.#begin();
    const before = this.#call;
    this.#call = call;
    this.#keepAwake();
    if (call) showState(call, before);
    else if (before) this.#ended?.abort();
  }

  #begin(): void {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    // The browser releases the lock of a hidden page and does not restore it.
    document.addEventListener(
      'visibilitychange',
      () => {
        if (document.visibilityState === 'hidden') this.#wakeLock = null;
        this.#keepAwake();
      },
      { signal },
    );
    takeMediaSession(this.#act, signal);
    takeAudioSession(signal);
  }

  #keepAwake(): void {
    const wanted = this.#call?.showsVideo === true && document.visibilityState === 'visible';
    if (wanted === (this.#wakeLock !== null)) return;
    const { wakeLock } = navigator as { readonly wakeLock?: WakeLock };
    if (wanted) {
      // Refused: low battery, or a policy of the page. The call continues.
      this.#wakeLock = wakeLock?.request('screen').catch(() => null) ?? Promise.resolve(null);
      return;
    }
    void this.#wakeLock?.then((lock) => lock?.release());
    this.#wakeLock = null;
  }
}

function mediaSession(): MediaSession | undefined {
  return (navigator as { readonly mediaSession?: MediaSession }).mediaSession;
}

/** Answers headset and system until the signal aborts; then the page's own title is back. */
function takeMediaSession(act: (action: SystemAction) => void, ended: AbortSignal): void {
  const session = mediaSession();
  if (!session) return;
  const { metadata } = session;
  const handle = (handler: ((action: SystemAction) => void) | null): void => {
    for (const [name, action] of Object.entries(ACTIONS)) {
      try {
        session.setActionHandler(name as MediaSessionAction, handler && (() => handler(action)));
      } catch {
        // This browser does not know the action.
      }
    }
  };
  handle(act);
  ended.addEventListener('abort', () => {
    handle(null);
    session.metadata = metadata;
  });
}

function showState(call: SystemCall, before: SystemCall | null): void {
  const session = mediaSession();
  if (!session) return;
  if (call.title !== before?.title) session.metadata = new MediaMetadata({ title: call.title });
  // Missing in older browsers.
  const { setMicrophoneActive, setCameraActive } = session as Partial<MediaSession>;
  const ignored = (): void => undefined;
  if (call.microphoneOn !== before?.microphoneOn)
    void setMicrophoneActive?.call(session, call.microphoneOn)?.catch(ignored);
  if (call.cameraOn !== before?.cameraOn)
    void setCameraActive?.call(session, call.cameraOn ?? false)?.catch(ignored);
}

/** Until the signal aborts, sound is that of a conversation: iOS then uses the earpiece or headset that fits. */
function takeAudioSession(ended: AbortSignal): void {
  const { audioSession } = navigator as { readonly audioSession?: AudioSession };
  if (!audioSession) return;
  const { type } = audioSession;
  audioSession.type = 'play-and-record';
  ended.addEventListener('abort', () => (audioSession.type = type));
}
