import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { MediaEffectChanges } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { closeIcon } from '../shared/icons.ts';
import { withEffects, type AllMessages } from '../messages/en-effects.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-effects.styles.ts';

const NOISE_LEVELS = ['off', 'standard', 'strong'] as const;

const slice = (state: CallSnapshot, { effects, backgrounds }: ViewSettings) => ({
  background: effects.background,
  noiseSuppression: effects.noiseSuppression,
  beauty: effects.beauty,
  beautyWhiten: effects.beautyWhiten,
  backgrounds,
  userId: state.userId,
  cameraOn: state.camera.on,
  isVideo: state.mediaType === 'video',
});

type Slice = ReturnType<typeof slice>;

/** The choices without an image. */
const PLAIN = ['none', 'blur', 'blur-strong'];

/** All choices; the user's own image while it is chosen. */
function backgroundsOf({ backgrounds, background }: Slice): readonly string[] {
  const all = [...PLAIN, ...backgrounds];
  return background.startsWith('data:') ? [...all, background] : all;
}

/** Hides an image that cannot be loaded: browsers would show a sign of their own. */
function hide({ target }: Event): void {
  if (target instanceof HTMLElement) target.hidden = true;
}

function canvasOf(bitmap: ImageBitmap | null): HTMLCanvasElement | undefined {
  if (bitmap === null) return undefined;
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: bitmap.width, height: bitmap.height });
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
  bitmap.close();
  return canvas;
}

/**
 * The effects on the own picture and sound, beside the own picture as the others see it. Each background has a preview
 * with a frame of the own camera.
 *
 * @tagname tui-call-effects
 * @fires {TuiIntentEvent} tui-intent - effects
 * @fires {CustomEvent<{ refocus: boolean }>} close - the user closes the menu
 * @csspart panel - The panel.
 */
export class TuiCallEffects extends LitElement {
  static override styles = [shared, surface, styles];

  /** One canvas per background, in the order of `backgroundsOf()`; undefined: not drawn yet. */
  @state() private previews: readonly (HTMLCanvasElement | undefined)[] = [];

  readonly #call = new FullMessagesController(this, slice);
  /** The backgrounds for which previews were requested; '': none, because the camera is off. */
  #requested = '';

  get #messages(): AllMessages {
    return withEffects(this.#call.messages);
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
  }

  protected override updated(): void {
    const { value: call, context } = this.#call;
    if (!call || !context) return;
    const backgrounds = call.cameraOn && call.isVideo ? backgroundsOf(call) : [];
    const request = backgrounds.join('\n');
    if (request === this.#requested) return;
    this.#requested = request;
    if (backgrounds.length === 0) return;
    context.drawBackgrounds(backgrounds).then(
      (bitmaps) => {
        if (this.#requested === request) this.previews = bitmaps.map(canvasOf);
      },
      // The choices have their labels; `effect-failed` reports a model that cannot be loaded.
      () => undefined,
    );
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call } = this.#call;
    const messages = this.#messages;
    if (!call) return nothing;
    return html`<div
      part="panel"
      class="panel"
      role="dialog"
      aria-labelledby="title"
      tabindex="-1"
      @keydown=${this.#onKey}
    >
      <header>
        <h2 id="title">${messages.effects}</h2>
        <tui-call-button tone="quiet" .label=${messages.close} @click=${this.#onClose}
          >${closeIcon}</tui-call-button
        >
      </header>
      ${call.isVideo ? this.#renderPicture(call) : nothing} ${this.#renderNoise(call)}
      <div class="fade"></div>
    </div>`;
  }

  #renderPicture(call: Slice): TemplateResult {
    const messages = this.#messages;
    const { beauty, beautyWhiten } = call;
    return html`<div class="preview" role="group" aria-label=${messages.ownPicture}>
        ${
          call.cameraOn
            ? html`<tui-call-tile plain user-id=${call.userId ?? ''}></tui-call-tile>`
            : html`<p class="hint">${messages.cameraForPreview}</p>`
        }
      </div>
      <fieldset class="backgrounds">
        <legend>${messages.background}</legend>
        ${backgroundsOf(call).map((background, n) => this.#renderBackground(call, background, n))}
        <label class="choice"
          ><input
            type="file"
            accept="image/*"
            @change=${this.#onFile}
          />${messages.chooseImage}</label
        >
      </fieldset>
      ${this.#renderLevel(messages.smoothSkin, beauty, (level) => ({ beauty: level }))}
      ${this.#renderLevel(messages.lightenSkin, beautyWhiten, (level) => ({ beautyWhiten: level }))}`;
  }

  #renderBackground(call: Slice, background: string, n: number): TemplateResult {
    const image =
      n < PLAIN.length ? nothing : html`<img src=${background} alt="" @error=${hide} />`;
    return html`<label class="choice"
      ><span class="thumb">${image}${this.previews[n] ?? nothing}</span>
      <span class="name"
        ><input
          type="radio"
          name="background"
          .checked=${call.background === background}
          @change=${this.#ask({ background })}
        />${this.#nameOf(call, background, n)}</span
      ></label
    >`;
  }

  #nameOf({ backgrounds }: Slice, background: string, n: number): string {
    const messages = this.#messages;
    const plain = [messages.noBackground, messages.blur, messages.strongBlur][n];
    if (plain !== undefined) return plain;
    const number = backgrounds.indexOf(background) + 1;
    return number === 0 ? messages.ownImage : messages.imageNumber(number);
  }

  #renderNoise(call: Slice): TemplateResult {
    const messages = this.#messages;
    return html`<fieldset>
      <legend>${messages.noiseSuppression}</legend>
      ${NOISE_LEVELS.map(
        (noiseSuppression) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="noise"
              .checked=${call.noiseSuppression === noiseSuppression}
              @change=${this.#ask({ noiseSuppression })}
            />${messages.noiseLevels[noiseSuppression]}</label
          >`,
      )}
    </fieldset>`;
  }

  #renderLevel(
    label: string,
    level: number,
    changes: (level: number) => MediaEffectChanges,
  ): TemplateResult {
    const onChange = (event: Event): void => {
      if (event.target instanceof HTMLInputElement)
        this.#ask(changes(event.target.valueAsNumber))();
    };
    return html`<label class="level"
      >${label}<input type="range" min="0" max="9" .value=${String(level)} @change=${onChange}
    /></label>`;
  }

  #ask(changes: MediaEffectChanges): () => void {
    return () => this.dispatchEvent(new TuiIntentEvent({ type: 'effects', changes }));
  }

  #onFile(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const [image] = event.target.files ?? [];
    if (image) this.#ask({ background: image })();
    event.target.value = '';
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    this.#onClose();
  }

  readonly #onClose = (): void => {
    this.dispatchEvent(new CustomEvent('close', { detail: { refocus: true } }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-effects': TuiCallEffects;
  }
}
