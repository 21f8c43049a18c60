import { css } from '@lit/reactive-element';

/** The element's place on the page, also before there is anything in it. */
export const hostStyles = css`
  :host {
    display: contents;
  }
  :host([mode='inline']) {
    display: block;
    position: relative;
    block-size: 100%;
    min-block-size: 376px;
  }
`;
