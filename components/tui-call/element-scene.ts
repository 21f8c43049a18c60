import type { CallSnapshot } from '../../src/engine/snapshot.ts';
import type { CallScene, VideoSource, ViewSettings } from '../call-context.ts';
import type { CallParts } from './call-parts.ts';
import { IDLE } from './idle.ts';

/** What the components inside one element see. Lives as long as the element; its engine may be exchanged. */
export class ElementScene implements CallScene {
  view: ViewSettings;
  readonly #listeners = new Set<() => void>();
  readonly #parts: () => CallParts | undefined;

  constructor(parts: () => CallParts | undefined, view: ViewSettings) {
    this.#parts = parts;
    this.view = view;
  }

  get state(): CallSnapshot {
    return this.#parts()?.engine.state ?? IDLE;
  }

  subscribe(listener: () => void): () => void {
    // Each subscription is its own, also of the same function.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    return this.#parts()?.attachVideo(source, video) ?? (() => undefined);
  }

  now(): number {
    return this.#parts()?.now() ?? 0;
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
