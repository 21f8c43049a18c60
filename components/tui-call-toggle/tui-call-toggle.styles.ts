import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-flex;
    position: relative;
  }
  .mark {
    position: absolute;
    inset-block-start: -2px;
    inset-inline-end: -2px;
    inline-size: 18px;
    block-size: 18px;
    border-radius: 50%;
    background: var(--_warning);
    color: #14181f;
    font-size: 12px;
    font-weight: 800;
    line-height: 18px;
    text-align: center;
    pointer-events: none;
  }
`;
