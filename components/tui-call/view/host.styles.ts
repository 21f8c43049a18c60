import { css } from '@lit/reactive-element';

/** Styles of the host element. They apply before the view has loaded. */
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
