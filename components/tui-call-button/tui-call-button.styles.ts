import { css } from 'lit';

export const styles = css`
  :host {
    display: inline-flex;
  }
  button {
    inline-size: var(--_size, 52px);
    min-block-size: var(--_size, 52px);
    flex: 1 0 auto;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    padding: 0;
    /* Visible in forced-colors mode. */
    border: 1px solid transparent;
    border-radius: 99px;
    background: none;
    color: inherit;
    font: inherit;
    font-size: 15px;
    line-height: 1.25;
    cursor: pointer;
    transition:
      background-color 120ms,
      scale 120ms;
    -webkit-tap-highlight-color: transparent;
  }
  ::slotted(svg) {
    inline-size: 22px;
    block-size: 22px;
    flex: none;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  ::slotted(.solid) {
    fill: currentColor;
    stroke-width: 1;
  }
  ::slotted(.down) {
    rotate: 135deg;
  }
  ::slotted(.heavy) {
    stroke-width: 3.5;
  }
  :host([worded]) button {
    inline-size: auto;
    min-block-size: var(--_size, 48px);
    padding: 6px 18px;
  }
  :host([worded]) ::slotted(svg) {
    inline-size: 19px;
    block-size: 19px;
  }
  /* Turned, the handset is wider than its box. */
  :host([worded]) ::slotted(.down) {
    margin-inline: 3px;
  }
  button:active {
    scale: 0.96;
  }
  :host([tone='glass']) button {
    color: #fff;
    /* Without a blur: over a video it would be drawn again with each frame. */
    background: rgb(40 46 56 / 86%);
    border-color: rgb(255 255 255 / 14%);
  }
  :host([tone='glass']) button:hover {
    background: rgb(70 78 92 / 92%);
  }
  :host([tone='off']) button {
    color: #14181f;
    background: #fff;
  }
  :host([tone='off']) button:hover {
    background: #dfe3e9;
  }
  :host([tone='danger']) button {
    color: #fff;
    background: var(--_danger);
  }
  :host([tone='danger']:not([worded])) button {
    inline-size: calc(var(--_size, 52px) * 1.38);
  }
  /* Darker than the token: white text needs a contrast of 4.5 : 1. */
  :host([tone='success']) button {
    color: #fff;
    background: color-mix(in srgb, var(--_success), #000 11%);
  }
  :host([tone='primary']) button {
    color: #fff;
    background: var(--_accent);
  }
  :host([tone='danger']) button:hover {
    background: color-mix(in srgb, var(--_danger), #000 12%);
  }
  :host([tone='success']) button:hover {
    background: color-mix(in srgb, var(--_success), #000 20%);
  }
  :host([tone='primary']) button:hover {
    background: color-mix(in srgb, var(--_accent), #000 12%);
  }
  :host([tone='quiet']) button {
    color: var(--_text);
    background: var(--_surface-muted);
  }
  :host([tone='quiet']) button:hover {
    background: var(--_border);
  }
  :host([tone='text']) {
    --_size: 32px;
  }
  :host([tone='text']) button {
    flex: 0 1 auto;
    padding: 4px 0;
    font-size: 14px;
    font-weight: 650;
    color: var(--_text-muted);
  }
  :host([tone='text']) button:hover {
    color: var(--_text);
    text-decoration: underline;
    text-underline-offset: 3px;
  }
  :host([disabled]) button {
    opacity: 0.6;
    cursor: default;
  }
  :host([busy]) ::slotted(svg) {
    animation: busy 900ms ease-in-out infinite alternate;
  }
  @keyframes busy {
    to {
      opacity: 0.35;
    }
  }
  @media (pointer: coarse) {
    :host([tone='text']) {
      --_size: 44px;
    }
  }
  @media (forced-colors: active) {
    button {
      border-color: ButtonText;
    }
    :host([tone='text']) button {
      border-width: 0;
      text-decoration: underline;
    }
  }
`;
