import { css } from 'lit';

/** How wide a card is that rings or tells. */
export const cardWidth = css`
  :host {
    display: block;
    inline-size: 380px;
    max-inline-size: 100%;
  }
`;
