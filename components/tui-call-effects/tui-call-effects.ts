import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { MediaEffectChanges } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { closeIcon } from '../shared/icons.ts';
import { withEffects, type AllMessages } from '../messages/en-effects.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-effects.styles.ts';

const NOISE_LEVELS = ['off', 'standard', 'strong'] as const;

const slice = (state: CallSnapshot, { effects, backgrounds }: ViewSettings) => ({
  effects,
  backgrounds,
  userId: state.userId,
  cameraOn: state.camera.on,
  isVideo: state.mediaType === 'video',
});

type Slice = ReturnType<typeof slice>;

/**
 * The effects on the own picture and sound, beside the own picture as the others see it.
 *
 * @tagname tui-call-effects
 * @fires {TuiIntentEvent} tui-intent - effects
 * @fires {CustomEvent<{ refocus: boolean }>} close - wants to be closed
 * @csspart panel - The panel.
 */
export class TuiCallEffects extends LitElement {
  static override styles = [shared, surface, styles];

  readonly #call = new LazyMessagesController(this, slice);

  get #messages(): AllMessages {
    return withEffects(this.#call.messages);
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
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
    </div>`;
  }

  #renderPicture(call: Slice): TemplateResult {
    const messages = this.#messages;
    const { background, beauty, beautyWhiten } = call.effects;
    const isOwn = background.startsWith('data:');
    return html`<div class="preview" role="group" aria-label=${messages.ownPicture}>
        ${
          call.cameraOn
            ? html`<tui-call-tile user-id=${call.userId ?? ''}></tui-call-tile>`
            : html`<p class="hint">${messages.cameraForPreview}</p>`
        }
      </div>
      <fieldset>
        <legend>${messages.background}</legend>
        ${this.#renderBackground('none', messages.noBackground)}
        ${this.#renderBackground('blur', messages.blur)}
        ${this.#renderBackground('blur-strong', messages.strongBlur)}
        ${call.backgrounds.map((url, n) => this.#renderBackground(url, messages.imageNumber(n + 1), url))}
        ${isOwn ? this.#renderBackground(background, messages.ownImage) : nothing}
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

  #renderBackground(background: string, label: string, image = ''): TemplateResult {
    const isChosen = this.#call.value?.effects.background === background;
    return html`<label class="choice"
      ><input
        type="radio"
        name="background"
        .checked=${isChosen}
        @change=${this.#ask({ background })}
      />${image ? html`<img src=${image} alt="" />` : nothing}${label}</label
    >`;
  }

  #renderNoise({ effects }: Slice): TemplateResult {
    const messages = this.#messages;
    return html`<fieldset>
      <legend>${messages.noiseSuppression}</legend>
      ${NOISE_LEVELS.map(
        (noiseSuppression) =>
          html`<label class="choice"
            ><input
              type="radio"
              name="noise"
              .checked=${effects.noiseSuppression === noiseSuppression}
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
