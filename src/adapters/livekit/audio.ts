import type { RemoteTrack, Room } from 'livekit-client';

/**
 * Plays remote audio and reports whether the browser blocks it. Owns one hidden <audio> for each track.
 * Ends with `close()`.
 */
export class LivekitAudio {
  readonly #onBlocked: (blocked: boolean) => void;
  readonly #elements = new Map<RemoteTrack, HTMLMediaElement>();
  readonly #blockedElements = new Set<HTMLMediaElement>();
  #container: HTMLElement | null = null;
  #blocked = false;
  #muted = false;

  constructor(onBlocked: (blocked: boolean) => void) {
    this.#onBlocked = onBlocked;
  }

  add(track: RemoteTrack): void {
    const kind: string = track.kind;
    if (kind !== 'audio' || this.#elements.has(track)) return;
    const element = track.attach();
    element.muted = this.#muted;
    this.#elements.set(track, element);
    this.#containerElement().append(element);
    element.addEventListener('pause', this.#onPause);
    void this.#play(element);
  }

  /** Turns the sound of all tracks off or on, also of later ones. */
  mute(on: boolean): void {
    this.#muted = on;
    for (const element of this.#elements.values()) element.muted = on;
  }

  remove(track: RemoteTrack): void {
    const element = this.#elements.get(track);
    if (!element) return;
    this.#elements.delete(track);
    this.#blockedElements.delete(element);
    element.removeEventListener('pause', this.#onPause);
    track.detach(element);
    element.remove();
    // LiveKit uses the element again, also when this speaker is gone: the sound would be lost there.
    const { setSinkId } = element as { setSinkId?: (deviceId: string) => Promise<void> };
    void setSinkId?.call(element, '').catch(() => undefined);
    this.#reportBlocked();
  }

  /** Call it inside a user gesture. */
  async unlock(room: Room): Promise<void> {
    // Both before the first await, while the user activation lasts.
    const library = room.startAudio().catch(() => undefined);
    await Promise.all([...this.#blockedElements].map((element) => this.#play(element)));
    await library;
  }

  close(): void {
    for (const track of [...this.#elements.keys()]) this.remove(track);
    this.#container?.remove();
    this.#container = null;
  }

  /** The page has removed the element, as Turbo does with the old body, or the system has paused it. */
  readonly #onPause = ({ currentTarget }: Event): void => {
    const element = currentTarget as HTMLMediaElement;
    // The end of its track pauses an element too.
    if (!(element.srcObject as MediaStream | null)?.active) return;
    this.#containerElement().append(element);
    void this.#play(element);
  };

  async #play(element: HTMLMediaElement): Promise<void> {
    try {
      await element.play();
      this.#blockedElements.delete(element);
    } catch (cause) {
      // Other errors, such as the AbortError of a newer attach, need no gesture.
      const refused = cause instanceof DOMException && cause.name === 'NotAllowedError';
      if (refused && element.isConnected) this.#blockedElements.add(element);
    }
    this.#reportBlocked();
  }

  #reportBlocked(): void {
    const blocked = this.#blockedElements.size > 0;
    if (blocked === this.#blocked) return;
    this.#blocked = blocked;
    this.#onBlocked(blocked);
  }

  /** In the document: Safari may stop an <audio> outside of it. */
  #containerElement(): HTMLElement {
    if (!this.#container) {
      this.#container = document.createElement('div');
      this.#container.hidden = true;
      this.#container.dataset['tuiCallSound'] = '';
    }
    if (!this.#container.isConnected) document.body.append(this.#container);
    return this.#container;
  }
}
