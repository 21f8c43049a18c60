import { css } from 'lit';

/** Width of an incoming-call card and of a notice. */
export const cardWidth = css`
  :host {
    display: block;
    inline-size: 380px;
    max-inline-size: 100%;
  }
`;
