import { html, type TemplateResult } from 'lit';
import { safeName } from '../../shared/names.ts';

/** Renders the calls beside the one on the screen. `failedText` is visible only while their chunk has not loaded. */
export function otherCalls(
  calls: readonly { readonly name: string }[],
  failedText: string,
  withoutWaiting: boolean,
): TemplateResult {
  const names = calls.map(({ name }) => safeName(name)).filter(Boolean);
  return html`<tui-call-aside exportparts="card, strip" ?without-waiting=${withoutWaiting}
    ><p class="late">${names.join(', ')}: ${failedText}</p></tui-call-aside
  >`;
}
