import { html, nothing, type TemplateResult } from 'lit';
import { pictureUrl } from './picture-url.ts';

/** Renders a picture of the page behind a stage or a tile; nothing for '' and for a URL that may not be loaded. */
export function backgroundPicture(url: string): TemplateResult | typeof nothing {
  const safe = pictureUrl(String(url));
  return safe
    ? html`<img
        part="background"
        class="background"
        src=${safe}
        alt=""
        referrerpolicy="no-referrer"
        decoding="async"
      />`
    : nothing;
}
