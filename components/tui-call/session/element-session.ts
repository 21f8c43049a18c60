import type { Notification } from '../../../src/engine/api/observer.ts';
import type {
  ElementDependencies,
  ElementSystemControls,
  RingAlert,
  SystemAction,
  SystemCall,
} from './dependencies.ts';
import { DoNotDisturb } from './do-not-disturb.ts';
import { urlFor } from '../../shared/page-function.ts';
import { ringSound } from './ring-sound.ts';

export interface ElementSessionEvents {
  stateChanged(): void;
  notified(notification: Notification): void;
  ringBlocked(blocked: boolean): void;
  /** The preview of the user's own camera; null when it closes. */
  previewed(stream: MediaStream | null): void;
  /** The network, the visibility of the page or do not disturb has changed. */
  surroundingsChanged(): void;
}

export interface SoundSettings {
  readonly ringtone: string;
  readonly ringback: string;
  readonly muteRingtone: boolean;
  /** URL of the ringtone for a caller; null: `ringtone`. */
  readonly ringtoneFor: ((callerId: string) => string | null) | null;
  /** Of the ringtone and of the sound of a waiting call, 0 to 100. */
  readonly ringtoneVolume: number;
  /** Id of the speaker of those sounds; '': the system's. */
  readonly ringtoneDevice: string;
}

/**
 * The engine, videos and sounds while the element is in the document. Owns the dependencies and all
 * listeners; `close()` releases them.
 */
export class ElementSession {
  readonly dependencies: ElementDependencies;
  readonly #closed = new AbortController();
  readonly #events: ElementSessionEvents;
  readonly #doNotDisturb: DoNotDisturb;
  #currentSound: string | null = null;
  #alert: { readonly tag: string; readonly end: () => void } | null = null;
  #systemControls: Promise<ElementSystemControls> | null = null;
  #preview: AbortController | null = null;

  constructor(dependencies: ElementDependencies, events: ElementSessionEvents) {
    this.dependencies = dependencies;
    this.#events = events;
    this.#doNotDisturb = new DoNotDisturb(dependencies, () => events.surroundingsChanged());
    const { signal } = this.#closed;
    const releases = [
      dependencies.engine.subscribe(() => events.stateChanged()),
      dependencies.engine.listen((notification) => events.notified(notification)),
      dependencies.ringer.onBlocked((blocked) => events.ringBlocked(blocked)),
    ];
    for (const release of releases) signal.addEventListener('abort', release, { once: true });
    const changed = (): void => events.surroundingsChanged();
    window.addEventListener('online', changed, { signal });
    window.addEventListener('offline', changed, { signal });
    document.addEventListener('visibilitychange', changed, { signal });
  }

  /**
   * Plays the sound of the current state and stops any other.
   *
   * @param customRinging - the incoming call for which the page shows its own screen; '': none
   */
  sound(settings: SoundSettings, customRinging: string): void {
    const { ringtone, ringback, muteRingtone, ringtoneFor } = settings;
    const { state } = this.dependencies.engine;
    const tone = ringSound(state, customRinging);
    const sound = tone !== 'ringback' && this.#doNotDisturb.active ? null : tone;
    const own =
      sound === 'ringtone' ? urlFor(ringtoneFor, state.inviterId ?? state.callerId ?? '') : '';
    const url = sound === 'ringtone' ? own || ringtone : sound === 'ringback' ? ringback : '';
    const muted = sound !== 'ringback' && muteRingtone;
    // A sound that already plays continues: restarting it would stutter at each change of the state.
    const wanted =
      sound &&
      `${sound} ${(sound === 'call-waiting' ? state.waiting : state)?.callId ?? ''} ${url} ${String(muted)}`;
    if (wanted === this.#currentSound) return;
    this.#currentSound = wanted;
    if (!sound) return this.dependencies.ringer.stop();
    // All tabs of this browser show the call; one of them plays the ringtone.
    const lock = sound === 'ringtone' && state.callId !== null ? { lockKey: state.callId } : {};
    const { ringtoneVolume: volume, ringtoneDevice: deviceId } = settings;
    const output = sound === 'ringback' ? {} : { volume, ...(deviceId && { deviceId }) };
    this.dependencies.ringer.ring(sound, { ...(url && { url }), muted, ...lock, ...output });
  }

  /** Silences rings of this browser until that time; null ends it. */
  doNotDisturb(until: Date | null): void {
    this.#doNotDisturb.set(until);
  }

  /** Shows a ring outside of the page; null ends it. Do not disturb prevents it. */
  alert(ring: RingAlert | null): void {
    const shown = ring && !this.#doNotDisturb.active ? ring : null;
    if (shown?.tag === this.#alert?.tag) return;
    this.#alert?.end();
    this.#alert = shown && { tag: shown.tag, end: this.dependencies.alert(shown) };
  }

  /** Shows a call in the system's controls, whose code loads with the first call; null removes it. */
  showInSystem(call: SystemCall | null): void {
    if (call && !this.#systemControls) {
      const act = (action: SystemAction): void => this.#act(action);
      this.#systemControls = this.dependencies.loadSystemControls(act);
      // A call continues without these controls; the next state tries again.
      this.#systemControls.catch(() => (this.#systemControls = null));
    }
    this.#systemControls?.then((controls) => controls.update(call)).catch(() => undefined);
  }

  #act(action: SystemAction): void {
    const { engine } = this.dependencies;
    const { microphone, camera } = engine.state;
    const done =
      action === 'hangup'
        ? engine.hangup()
        : action === 'toggle-microphone'
          ? engine[microphone.on ? 'closeMicrophone' : 'openMicrophone']()
          : engine[camera.on ? 'closeCamera' : 'openCamera']();
    // The state of the call shows the failure.
    done.catch(() => undefined);
  }

  /** Opens the preview of the user's own camera, or closes it. */
  preview(wanted: boolean): void {
    if (wanted === (this.#preview !== null)) return;
    this.#preview?.abort();
    this.#preview = wanted ? new AbortController() : null;
    if (!this.#preview) return this.#events.previewed(null);
    const { signal } = this.#preview;
    void this.dependencies.openPreview(signal).then((stream) => {
      if (!signal.aborted) this.#events.previewed(stream);
    });
  }

  async close(): Promise<void> {
    // Before the listeners are removed, so that the page gets the terminal event of each call.
    const destroyed = this.dependencies.engine.destroy();
    this.#closed.abort();
    this.preview(false);
    this.alert(null);
    this.showInSystem(null);
    this.dependencies.ringer.close();
    await destroyed;
  }
}
