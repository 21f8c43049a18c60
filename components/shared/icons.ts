import { html, type TemplateResult } from 'lit';

/*
 * Icons that can be needed before the screens of a running call have loaded; the others are in call-icons.ts. Path
 * data: Lucide (lucide-static 1.62, ISC licence, © Lucide Contributors),
 * rectangles and circles rewritten as paths.
 */

export type Icon = TemplateResult;

/** Renders an icon of 24 × 24 in the text colour, hidden from screen readers. */
export const icon = (path: string, className = ''): Icon =>
  html`<svg class="icon ${className}" viewBox="0 0 24 24" aria-hidden="true">
    <path d=${path} />
  </svg>`;

export const HANDSET =
  'M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384';

export const phoneIcon = icon(HANDSET, 'solid');
export const hangUpIcon = icon(HANDSET, 'solid down');
export const microphoneIcon = icon(
  'M12 19v3M19 10v2a7 7 0 0 1-14 0v-2M12 2a3 3 0 0 1 3 3v7a3 3 0 0 1-6 0V5a3 3 0 0 1 3-3z',
);
export const microphoneOffIcon = icon(
  'M12 19v3M15 9.34V5a3 3 0 0 0-5.68-1.33M16.95 16.95A7 7 0 0 1 5 12v-2M18.89 13.23A7 7 0 0 0 19 12v-2M2 2l20 20M9 9v3a3 3 0 0 0 5.12 2.12',
);
export const cameraIcon = icon(
  'm16 13 5.223 3.482a.5.5 0 0 0 .777-.416V7.87a.5.5 0 0 0-.752-.432L16 10.5M4 6h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2z',
);
export const cameraOffIcon = icon(
  'M10.66 6H14a2 2 0 0 1 2 2v2.5l5.248-3.062A.5.5 0 0 1 22 7.87v8.196M16 16a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h2M2 2l20 20',
);
export const alertIcon = icon(
  'm21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3M12 9v4M12 17h.01',
);
export const bellIcon = icon(
  'M10.268 21a2 2 0 0 0 3.464 0M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326',
);
export const closeIcon = icon('M18 6 6 18M6 6l12 12');
