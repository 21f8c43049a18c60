import { css } from 'lit';
import { lateStyles } from '../styles/late.ts';

export const styles = css`
  ${lateStyles}
  :host {
    display: block;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 10px;
    position: relative;
  }
  tui-call-devices,
  tui-call-effects {
    position: absolute;
    z-index: 3;
    inset-block-end: calc(100% + 12px);
    inset-inline-end: 0;
  }
  /* On a phone the menu is as wide as the stage. */
  @container (max-width: 400px) {
    tui-call-devices,
    tui-call-effects {
      inset-inline: 0;
      inline-size: auto;
      max-inline-size: none;
    }
  }
  @media (max-width: 360px) {
    .bar {
      gap: 6px;
    }
    tui-call-toggle,
    tui-call-button {
      --_size: 46px;
    }
  }
`;
