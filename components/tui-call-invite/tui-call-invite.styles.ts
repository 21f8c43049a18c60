import { css } from 'lit';

export const styles = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 0;
    padding: 4px 8px 14px;
    border-radius: 0 0 var(--_radius-m) var(--_radius-m);
    background: var(--_surface);
    color: var(--_text);
  }
  input {
    flex: none;
    min-block-size: 42px;
    margin: 2px 8px 8px;
    padding: 0 14px;
    border: 1px solid color-mix(in srgb, var(--_text-muted) 80%, transparent);
    border-radius: 99px;
    background: var(--_surface);
    color: inherit;
    font: inherit;
    font-size: 16px;
  }
  input::placeholder {
    color: var(--_text-muted);
    opacity: 1;
  }
  .list {
    min-block-size: 0;
    overflow-y: auto;
  }
  button {
    display: flex;
    align-items: center;
    gap: 12px;
    inline-size: 100%;
    min-block-size: 48px;
    padding: 4px 8px;
    border: 0;
    border-radius: var(--_radius-s);
    background: none;
    color: inherit;
    font: inherit;
    font-size: 14px;
    text-align: start;
    cursor: pointer;
  }
  button:hover,
  [aria-selected='true'] {
    background: var(--_surface-muted);
  }
  input:focus-visible,
  button:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
    box-shadow: none;
  }
  [aria-disabled='true'] {
    cursor: default;
  }
  [aria-disabled='true'] tui-call-avatar,
  [aria-disabled='true'] .box {
    opacity: 0.5;
  }
  .box {
    display: grid;
    place-items: center;
    inline-size: 22px;
    block-size: 22px;
    margin-inline-end: 4px;
    border: 2px solid color-mix(in srgb, var(--_text-muted) 70%, transparent);
    border-radius: 50%;
    color: #fff;
  }
  [aria-selected='true'] .box {
    border-color: var(--_accent);
    background: var(--_accent);
  }
  .box .icon {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 3.5;
  }
  .none {
    padding: 0 8px;
    font-size: 14px;
    color: var(--_text-muted);
  }
  tui-call-button {
    --_size: 44px;
    flex: none;
    margin: 10px 8px 0;
  }
  @media (forced-colors: active) {
    [aria-selected='true'] .box {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
  @media (max-height: 420px) {
    :host {
      overflow-y: auto;
    }
    .list {
      flex: none;
    }
  }
`;
