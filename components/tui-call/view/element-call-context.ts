import type { CallSnapshot } from '../../../src/engine/api/snapshot.ts';
import type { CallContextValue, VideoSource, ViewSettings } from '../../shared/call-context.ts';
import type { ElementDependencies } from '../session/dependencies.ts';
import { IDLE_SNAPSHOT } from '../session/idle-snapshot.ts';

/** The context of the components inside one element. Exists as long as the element, across its engines. */
export class ElementCallContext implements CallContextValue {
  view: ViewSettings;
  readonly #listeners = new Set<() => void>();
  readonly #dependencies: () => ElementDependencies | undefined;

  constructor(dependencies: () => ElementDependencies | undefined, view: ViewSettings) {
    this.#dependencies = dependencies;
    this.view = view;
  }

  get state(): CallSnapshot {
    return this.#dependencies()?.engine.state ?? IDLE_SNAPSHOT;
  }

  subscribe(listener: () => void): () => void {
    // The wrapper keeps two subscriptions of the same function apart.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    return this.#dependencies()?.attachVideo(source, video) ?? (() => undefined);
  }

  async drawBackgrounds(backgrounds: readonly string[]): Promise<readonly (ImageBitmap | null)[]> {
    return (await this.#dependencies()?.drawBackgrounds(backgrounds)) ?? [];
  }

  now(): number {
    return this.#dependencies()?.now() ?? 0;
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
