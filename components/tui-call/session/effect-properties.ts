import type { PropertyValues } from '@lit/reactive-element';
import { property } from '@lit/reactive-element/decorators/property.js';
import { CallError } from '../../../src/engine/api/call-error.ts';
import {
  NO_MEDIA_EFFECTS,
  type MediaEffectChanges,
  type MediaEffects,
} from '../../../src/engine/api/media-effects.ts';
import type { EffectReason } from '../../../src/engine/api/observer.ts';
import type { EffectProblem } from '../../shared/problem.ts';
import { CallCommands } from './call-commands.ts';
import type { ElementEngine } from './dependencies.ts';

const NAMES = Object.keys(NO_MEDIA_EFFECTS) as (keyof MediaEffects)[];

/** The properties of `<tui-call>` for effects on the own picture and sound. They always show the effects in use. */
export abstract class EffectProperties extends CallCommands {
  /** What is behind the user in the sent video: `none`, `blur`, `blur-strong` or the URL of an image. Default: `none`. */
  @property() background = NO_MEDIA_EFFECTS.background;
  /**
   * Suppression of noise in the own microphone. `standard`: the browser's own. `strong`: removes more, on this device.
   * Default: `standard`.
   */
  @property({ attribute: 'noise-suppression' }) noiseSuppression =
    NO_MEDIA_EFFECTS.noiseSuppression;
  /** Smoothness of the own skin in the sent video, 0 to 9. Default: 0. */
  @property({ type: Number }) beauty = NO_MEDIA_EFFECTS.beauty;
  /** Lightness of the own skin in the sent video, 0 to 9. Default: 0. */
  @property({ type: Number, attribute: 'beauty-whiten' }) beautyWhiten =
    NO_MEDIA_EFFECTS.beautyWhiten;
  /** URLs of images that the menu of effects offers as backgrounds. Default: `[]`. */
  @property({ attribute: false }) backgrounds: readonly string[] = [];

  /** The engine that has the effects of the properties. */
  #engine: ElementEngine | null = null;

  /**
   * Changes some effects as if the user had chosen them: also in later visits of this browser. `background` may be a
   * `File`. Settles when the sent picture and sound have the effects; `effect-failed` reports one that cannot run.
   *
   * @throws {CallError} not-initialized
   */
  async setEffects(changes: MediaEffectChanges): Promise<void> {
    const engine = this.engine();
    const done = engine.setEffects(changes, { remember: true });
    this.#show(engine);
    await done;
    this.#show(engine);
  }

  /**
   * Requests the effects of changed properties. A new engine gets only those that the page has set: the user may
   * have chosen the others in an earlier visit.
   */
  protected applyEffects(engine: ElementEngine, changed: PropertyValues<MediaEffects>): void {
    const isNew = engine !== this.#engine;
    this.#engine = engine;
    const names = NAMES.filter((name) =>
      isNew ? this[name] !== NO_MEDIA_EFFECTS[name] : changed.has(name),
    );
    if (names.length === 0) return;
    const changes = Object.fromEntries(names.map((name) => [name, this[name]]));
    // `effect-failed` reports an effect that cannot run.
    engine.setEffects(changes).catch(() => undefined);
  }

  /** Shows the effects that are left. Returns the problem of the one that cannot run. */
  protected effectFailed(effectReason: EffectReason): EffectProblem {
    this.#show(this.engine());
    return Object.assign(new CallError('not-supported-here'), { effectReason });
  }

  #show(engine: ElementEngine): void {
    Object.assign(this, engine.effects);
  }
}
