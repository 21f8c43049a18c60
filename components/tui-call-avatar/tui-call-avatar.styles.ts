import { css } from 'lit';

export const styles = css`
  :host {
    --_avatar: 56px;
    display: inline-block;
    position: relative;
    flex: none;
    inline-size: var(--_avatar);
    block-size: var(--_avatar);
  }
  .picture {
    display: grid;
    place-items: center;
    position: relative;
    overflow: hidden;
    inline-size: 100%;
    block-size: 100%;
    border-radius: 50%;
    color: #fff;
    font-size: calc(var(--_avatar) * 0.38);
    font-weight: 650;
    line-height: 1;
    user-select: none;
  }
  /* None of them is the red of the buttons that end a call. */
  .hue-0 {
    background: linear-gradient(135deg, #e0764c, #9c3f86);
  }
  .hue-1 {
    background: linear-gradient(135deg, #5b7cfa, #7c3aed);
  }
  .hue-2 {
    background: linear-gradient(135deg, #1e9bd7, #1769aa);
  }
  .hue-3 {
    background: linear-gradient(135deg, #16a085, #0b6e5c);
  }
  .hue-4 {
    background: linear-gradient(135deg, #c65bb4, #7a3fa8);
  }
  .hue-5 {
    background: linear-gradient(135deg, #c07a1c, #8f4a1e);
  }
  img {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
  }
  :host([ringing])::before,
  :host([ringing])::after {
    content: '';
    position: absolute;
    inset: calc(var(--_avatar) * -0.08);
    border: 2px solid var(--_accent);
    border-radius: 50%;
    opacity: 0.6;
    animation: breathe 2.4s ease-in-out infinite;
  }
  :host([ringing])::after {
    inset: calc(var(--_avatar) * -0.17);
    opacity: 0.28;
    animation-delay: 180ms;
  }
  @keyframes breathe {
    50% {
      scale: 1.04;
      opacity: 0.2;
    }
  }
  @media (forced-colors: active) {
    .picture {
      border: 1px solid CanvasText;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    :host::before,
    :host::after {
      animation: none !important;
    }
  }
`;
