import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import type { LocalDevice } from '../../src/engine/api/snapshot.ts';
import { inOrder, lists, type Customisation, type OwnButton } from '../shared/customisation.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { deepActiveElement } from '../shared/focus.ts';
import { hangUpIcon } from '../shared/icons.ts';
import { LazyMessagesController } from '../shared/lazy-messages-controller.ts';
import { moreIcon, shareIcon, stopSharingIcon } from '../shared/call-icons.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-controls.styles.ts';

/** What the buttons of the bar depend on. */
interface Bar {
  readonly custom: Customisation;
  readonly video: boolean;
  readonly canShareScreen: boolean;
  readonly screen: LocalDevice;
}

/**
 * The bar of buttons of a call. Hang up is always last, at the same place.
 *
 * @tagname tui-call-controls
 * @slot - Buttons of the page, before "More".
 * @csspart button - Each button.
 * @fires {TuiIntentEvent} tui-intent - set-device, list-devices, hangup
 * @csspart bar - The row of buttons.
 */
export class TuiCallControls extends LitElement {
  static override styles = [shared, styles];

  @state() private open = false;
  @state() private effects = false;

  readonly #call = new LazyMessagesController(
    this,
    ({ screen, mediaType }, { canShareScreen, custom }) => ({
      custom,
      screen,
      canShareScreen,
      video: mediaType === 'video',
    }),
  );

  /** The menu is open, or a button has keyboard focus: the bar must stay visible. */
  get inUse(): boolean {
    return (
      this.open ||
      this.effects ||
      (this.matches(':focus-within') && !!deepActiveElement()?.matches(':focus-visible'))
    );
  }

  /** Focuses "More" after its menu or panel has closed. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('#more')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call) return nothing;
    return html`<div part="bar" class="bar" @keydown=${this.#onKey}>
      ${this.#renderButtons(call)}
      <tui-call-button
        exportparts="button"
        tone="danger"
        .label=${messages.hangUp}
        @click=${this.#emitIntent({ type: 'hangup' })}
        >${this.#call.icon('hang-up', hangUpIcon)}</tui-call-button
      >
      ${this.open ? html`<tui-call-devices @close=${this.#onClose} @tui-intent=${this.#onMenu}><p class="late" role="status">${messages.partFailed}</p></tui-call-devices>` : nothing}
      ${this.effects ? html`<tui-call-effects @close=${this.#onEffectsClose}><p class="late" role="status">${messages.partFailed}</p></tui-call-effects>` : nothing}
    </div>`;
  }

  /** The buttons before "Hang up", in the page's order and without those that it hides. */
  #renderButtons({ custom, video, canShareScreen, screen }: Bar): readonly TemplateResult[] {
    const toggle = (device: 'microphone' | 'camera') => ({
      name: device,
      button: html`<tui-call-toggle device=${device} exportparts="button"></tui-call-toggle>`,
    });
    const all = [
      toggle('microphone'),
      ...(video ? [toggle('camera')] : []),
      ...(canShareScreen
        ? [{ name: 'screen-share', button: this.#renderShare(screen.on, screen.pending) }]
        : []),
      { name: '', button: html`<slot></slot>` },
      ...custom.buttons.map((own) => ({ name: own.id, button: this.#renderOwn(own) })),
      { name: 'more', button: this.#renderMore() },
    ].filter(({ name }) => !name || !lists(custom.hiddenButtons, name));
    return inOrder(all, custom.buttonOrder).map(({ button }) => button);
  }

  #renderOwn({ id, label, onClick }: OwnButton): TemplateResult {
    const icon = this.#call.value?.custom.icons?.(id);
    return html`<tui-call-button
      exportparts="button"
      .label=${String(label)}
      ?worded=${!icon}
      @click=${onClick}
      >${icon ?? nothing}</tui-call-button
    >`;
  }

  #renderMore(): TemplateResult {
    return html`<tui-call-button
      id="more"
      exportparts="button"
      .label=${this.#call.messages.more}
      .menu=${this.open ? 'open' : 'closed'}
      @click=${this.#onMore}
      >${this.#call.icon('more', moreIcon)}</tui-call-button
    >`;
  }

  #renderShare(on: boolean, pending: boolean): TemplateResult {
    const { messages } = this.#call;
    return html`<tui-call-button
      exportparts="button"
      .label=${on ? messages.stopSharing : messages.shareScreen}
      .tone=${on ? 'off' : 'glass'}
      ?busy=${pending}
      @click=${this.#emitIntent({ type: 'set-device', device: 'screen', on: !on })}
      >${on ? this.#call.icon('stop-screen-share', stopSharingIcon) : this.#call.icon('screen-share', shareIcon)}</tui-call-button
    >`;
  }

  #emitIntent(intent: Intent): () => void {
    return () => this.dispatchEvent(new TuiIntentEvent(intent));
  }

  #onMore(): void {
    this.effects = false;
    this.open = !this.open;
    if (this.open) this.dispatchEvent(new TuiIntentEvent({ type: 'list-devices' }));
  }

  #onMenu({ intent }: TuiIntentEvent): void {
    if (intent.type === 'effects-menu') this.effects = true;
  }

  #onEffectsClose(): void {
    this.effects = false;
    this.focus();
  }

  #onKey(event: KeyboardEvent): void {
    if (
      event.key === 'ArrowUp' &&
      event.target instanceof HTMLElement &&
      event.target.id === 'more' &&
      !this.open
    ) {
      event.preventDefault();
      this.#onMore();
    }
  }

  /** Returns the focus to the button that opened the menu, unless the user moved it to another element. */
  #onClose(event: CustomEvent<{ refocus: boolean }>): void {
    this.open = false;
    if (event.detail.refocus) this.focus();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-controls': TuiCallControls;
  }
}
