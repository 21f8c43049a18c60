import { html, nothing, type TemplateResult } from 'lit';
import { TuiIntentEvent, type Intent } from './events.ts';
import { closeIcon } from './icons.ts';

/** Renders a button that dismisses the notice around it. */
export function renderClose(label: string): TemplateResult {
  return html`<tui-call-button
    tone="quiet"
    .label=${label}
    @click=${(event: Event) => requestIntent(event, { type: 'dismiss' })}
    >${closeIcon}</tui-call-button
  >`;
}

/** Renders a button with a visible label, which requests the intent. */
export function renderAction(
  label: string,
  intent: Intent,
  tone: 'quiet' | 'primary',
  icon: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<tui-call-button
    worded
    .label=${label}
    .tone=${tone}
    @click=${(event: Event) => requestIntent(event, intent)}
    >${icon}</tui-call-button
  >`;
}

/** The event is composed, so that the elements around the notice receive it. */
function requestIntent({ currentTarget }: Event, intent: Intent): void {
  currentTarget?.dispatchEvent(new TuiIntentEvent(intent));
}
