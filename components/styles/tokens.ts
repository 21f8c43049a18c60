import { css } from 'lit';

/**
 * Custom properties and their defaults. A page sets `--tui-call-…` on the element or an ancestor; components read the
 * short `--_…` names.
 *
 * @cssprop [--tui-call-accent=#3b6cf6] - and the others below
 */
export const tokens = css`
  :host {
    --_text: var(--tui-call-text, light-dark(#0f1319, #f2f4f7));
    --_text-muted: var(--tui-call-text-muted, light-dark(#5b6472, #a2abb8));
    --_surface: var(--tui-call-surface, light-dark(#fff, #181d25));
    --_surface-muted: var(--tui-call-surface-muted, light-dark(#f4f5f7, #222934));
    --_border: var(--tui-call-border, light-dark(#e3e6ea, #2c3440));
    --_stage: var(--tui-call-stage, #0b0e13);
    /* A weak gradient from above while no video is shown. */
    --_glow: radial-gradient(120% 70% at 50% 12%, rgb(48 66 108 / 62%), transparent 72%);
    --_stage-raised: var(--tui-call-stage-raised, #171c24);
    --_on-stage: var(--tui-call-on-stage, #f4f6f8);
    --_accent: var(--tui-call-accent, #3b6cf6);
    --_success: var(--tui-call-success, #15924f);
    --_danger: var(--tui-call-danger, #d9363e);
    --_warning: var(--tui-call-warning, #f0a020);
    --_radius-s: var(--tui-call-radius-s, 10px);
    --_radius-m: var(--tui-call-radius-m, 16px);
    --_radius-l: var(--tui-call-radius-l, 24px);
    --_radius-tile: var(--tui-call-tile-radius, 14px);
    --_radius-window: var(--tui-call-window-radius, 20px);
    --_shadow:
      0 0 0 1px light-dark(rgb(15 19 25 / 6%), rgb(255 255 255 / 9%)),
      0 1px 2px rgb(15 19 25 / 12%), 0 18px 48px rgb(15 19 25 / 22%);
  }
`;
