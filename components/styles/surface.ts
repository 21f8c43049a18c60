import { css } from 'lit';

/** The surface of cards, menus and panels, on a page or on a stage. */
export const surface = css`
  .card,
  .menu,
  .panel {
    /* Visible in forced-colors mode. */
    border: 1px solid transparent;
    border-radius: var(--_radius-l);
    background: var(--_surface);
    color: var(--_text);
    box-shadow: var(--_shadow);
    text-align: start;
  }
  .menu,
  .panel {
    border-color: light-dark(transparent, var(--_border));
    border-radius: var(--_radius-m);
    box-shadow: 0 8px 28px rgb(0 0 0 / 32%);
  }
`;
