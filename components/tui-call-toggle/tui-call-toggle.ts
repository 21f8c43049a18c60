import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { CallController } from '../shared/call-controller.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import {
  cameraIcon,
  cameraOffIcon,
  microphoneIcon,
  microphoneOffIcon,
  type Icon,
} from '../shared/icons.ts';
import { shared } from '../styles/shared.ts';
import type { CoreMessages } from '../messages/core.ts';
import { styles } from './tui-call-toggle.styles.ts';

interface Face {
  readonly on: Icon;
  readonly off: Icon;
  readonly turnOn: keyof CoreMessages & ('unmute' | 'cameraOn');
  readonly turnOff: keyof CoreMessages & ('mute' | 'cameraOff');
}

const FACES: Readonly<Record<'microphone' | 'camera', Face>> = {
  microphone: { on: microphoneIcon, off: microphoneOffIcon, turnOn: 'unmute', turnOff: 'mute' },
  camera: { on: cameraIcon, off: cameraOffIcon, turnOn: 'cameraOn', turnOff: 'cameraOff' },
};

/**
 * Turns the microphone or camera on and off. Its label is the action, so that it needs no pressed state.
 *
 * @tagname tui-call-toggle
 * @fires {TuiIntentEvent} tui-intent - set-device
 */
export class TuiCallToggle extends LitElement {
  static override styles = [shared, styles];
  static override shadowRootOptions = { ...LitElement.shadowRootOptions, delegatesFocus: true };

  /** The device that the button controls. */
  @property() device: 'microphone' | 'camera' = 'microphone';

  readonly #call = new CallController(this, (state) => state[this.device]);

  override render(): TemplateResult | typeof nothing {
    const { value: state, messages } = this.#call;
    if (!state) return nothing;
    const face = FACES[this.device];
    const on = this.#isOn();
    return html`<tui-call-button
        exportparts="button"
        .label=${messages[on ? face.turnOff : face.turnOn]}
        .tone=${on ? 'glass' : 'off'}
        ?busy=${state.pending}
        @click=${this.#onClick}
        >${this.#call.icon(on ? this.device : `${this.device}-off`, on ? face.on : face.off)}</tui-call-button
      >${state.error ? html`<span class="mark" aria-hidden="true">!</span>` : nothing}`;
  }

  /**
   * Shows "on" immediately, and "off" only after the device is off: the button must not show a muted microphone that
   * still sends.
   */
  #isOn(): boolean {
    const state = this.#call.value;
    return !!state && (state.on || (state.pending && state.wanted));
  }

  #onClick(): void {
    this.dispatchEvent(
      new TuiIntentEvent({ type: 'set-device', device: this.device, on: !this.#isOn() }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-toggle': TuiCallToggle;
  }
}
