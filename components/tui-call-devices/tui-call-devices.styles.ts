import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    inline-size: 300px;
    max-inline-size: calc(100vw - 32px);
  }
  .menu {
    /* The height above the bar of buttons; the stage is the container. */
    max-block-size: min(480px, 100cqb - 92px);
    overflow-y: auto;
    padding: 6px;
  }
  .kind {
    padding: 8px 12px 4px;
    font-size: 13px;
    font-weight: 600;
    color: var(--_text-muted);
  }
  button {
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 38px;
    padding: 7px 12px;
    border: 1px solid transparent;
    border-radius: var(--_radius-s);
    background: none;
    color: inherit;
    font: inherit;
    font-size: 14px;
    text-align: start;
    cursor: pointer;
  }
  button:hover,
  button:focus-visible,
  [aria-checked='true'] {
    background: var(--_surface-muted);
  }
  [aria-checked='true'] {
    font-weight: 650;
  }
  button:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
    box-shadow: none;
  }
  .icon {
    inline-size: 20px;
    block-size: 20px;
    fill: none;
  }
  .meter {
    display: flex;
    gap: 3px;
    margin-inline-start: auto;
  }
  .meter i {
    inline-size: 4px;
    block-size: 12px;
    border-radius: 2px;
    background: color-mix(in srgb, var(--_text-muted) 38%, transparent);
  }
  .meter .lit {
    background: var(--_success);
  }
  .line {
    margin: 6px 12px;
    border-block-start: 1px solid var(--_border);
  }
  @media (pointer: coarse) {
    button {
      min-block-size: 48px;
    }
  }
  @media (forced-colors: active) {
    [aria-checked='true'] {
      border-color: Highlight;
    }
    .meter .lit {
      background: CanvasText;
    }
  }
`;
