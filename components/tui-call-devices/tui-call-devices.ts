import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { DeviceKind } from '../../src/engine/api/observer.ts';
import type { CallSnapshot, DeviceChoice } from '../../src/engine/api/snapshot.ts';
import type { MediaType } from '../../src/protocol/index.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent, type Intent } from '../shared/events.ts';
import { cameraIcon, microphoneIcon, phoneIcon, type Icon } from '../shared/icons.ts';
import { selfOf } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { addPersonIcon } from '../shared/call-icons.ts';
import { effectsIcon, pauseIcon, speakerIcon, switchCameraIcon } from '../shared/menu-icons.ts';
import { surface } from '../styles/surface.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-devices.styles.ts';

const METER_BARS = 7;

const slice = (state: CallSnapshot, { contacts }: ViewSettings) => ({
  canInvite: contacts !== null,
  devices: state.devices,
  mediaType: state.mediaType,
  canHold: state.phase === 'connected',
  cameraOn: state.camera.on,
  /** In bars, so that an invisible change of the volume does not render the menu. */
  level: Math.round(((selfOf(state)?.volume ?? 0) / 100) * METER_BARS),
});

const toMediaType = (mediaType: MediaType): Intent => ({ type: 'switch-media-type', mediaType });

/**
 * The menu behind "More": microphones, cameras, speakers, switching the call between audio and video, and hold.
 *
 * @tagname tui-call-devices
 * @fires {TuiIntentEvent} tui-intent - select-device, switch-camera, switch-media-type, people, hold, effects-menu
 * @fires {CustomEvent<{ refocus: boolean }>} close - the user closes the menu
 * @csspart menu - The menu.
 */
export class TuiCallDevices extends LitElement {
  static override styles = [shared, surface, styles];

  readonly #call = new FullMessagesController(this, slice);

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.#onPointerAnywhere, true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('pointerdown', this.#onPointerAnywhere, true);
  }

  protected override firstUpdated(): void {
    this.#items()[0]?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call) return nothing;
    const { devices, mediaType } = call;
    const other = mediaType === 'video' ? 'audio' : 'video';
    return html`<div
      part="menu"
      class="menu"
      role="menu"
      aria-label=${messages.more}
      @keydown=${this.#onKey}
    >
      ${this.#renderGroup('microphone', devices.microphones, microphoneIcon)}
      ${mediaType === 'video' ? this.#renderGroup('camera', devices.cameras, cameraIcon) : nothing}
      ${this.#renderGroup('speaker', devices.speakers, speakerIcon)}
      <div class="line" role="separator"></div>
      ${call.cameraOn && devices.cameras.length > 1 ? this.#renderAction(messages.switchCamera, switchCameraIcon, { type: 'switch-camera' }) : nothing}
      ${this.#renderAction(messages.effects, effectsIcon, { type: 'effects-menu' })}
      ${call.canInvite ? this.#renderAction(messages.addPeople, addPersonIcon, { type: 'people', view: 'invite' }) : nothing}
      ${call.canHold ? this.#renderAction(messages.hold, pauseIcon, { type: 'hold', on: true }) : nothing}
      ${
        other === 'audio'
          ? this.#renderAction(messages.toAudioCall, phoneIcon, toMediaType('audio'))
          : this.#renderAction(messages.toVideoCall, cameraIcon, toMediaType('video'))
      }
    </div>`;
  }

  #renderGroup(
    kind: DeviceKind,
    choices: readonly DeviceChoice[],
    icon: Icon,
  ): TemplateResult | typeof nothing {
    if (!choices.length) return nothing;
    const { messages } = this.#call;
    return html`<div role="group" aria-label=${messages[kind]}>
      <p class="kind" aria-hidden="true">${messages[kind]}</p>
      ${choices.map(
        (choice) =>
          html`<button
            type="button"
            role="menuitemradio"
            tabindex="-1"
            aria-checked=${choice.selected ? 'true' : 'false'}
            @click=${this.#choose({ type: 'select-device', kind, deviceId: choice.deviceId })}
          >
            ${choice.selected ? icon : html`<span class="icon"></span>`}
            <bdi>${this.#labelOf(choice)}</bdi>
            ${choice.selected && kind === 'microphone' ? this.#renderMeter() : nothing}
          </button>`,
      )}
    </div>`;
  }

  #labelOf({ label, isDefault }: DeviceChoice): string {
    const { defaultDevice } = this.#call.messages;
    const name = safeName(label) || defaultDevice;
    return isDefault && name !== defaultDevice ? `${name} (${defaultDevice})` : name;
  }

  #renderMeter(): TemplateResult {
    const level = this.#call.value?.level ?? 0;
    const bars = Array.from(
      { length: METER_BARS },
      (_, i) => html`<i class=${i < level ? 'lit' : ''}></i>`,
    );
    return html`<span class="meter" aria-hidden="true">${bars}</span>`;
  }

  #renderAction(label: string, icon: Icon, intent: Intent): TemplateResult {
    return html`<button type="button" role="menuitem" tabindex="-1" @click=${this.#choose(intent)}>
      ${icon}<span>${label}</span>
    </button>`;
  }

  #choose(intent: Intent): () => void {
    return () => {
      this.dispatchEvent(new TuiIntentEvent(intent));
      this.#close(true);
    };
  }

  #items(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
  }

  #onKey(event: KeyboardEvent): void {
    const items = this.#items();
    const at = items.findIndex((item) => item === event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) items.at(to % items.length)?.focus();
    else if (event.key === 'Escape') this.#close(true);
    // The focus moves on from the button that opened the menu.
    else if (event.key === 'Tab') return this.#close(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  readonly #onPointerAnywhere = (event: Event): void => {
    const path = event.composedPath();
    // The button that opened the menu handles the press.
    const opener = path.some((node) => node instanceof HTMLElement && node.id === 'more');
    if (!path.includes(this) && !opener) this.#close(false);
  };

  #close(refocus: boolean): void {
    this.dispatchEvent(new CustomEvent('close', { detail: { refocus } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-devices': TuiCallDevices;
  }
}
