import { css } from 'lit';

/** A text in place of a lazy chunk; visible only if the chunk does not load at once. */
export const lateStyles = css`
  .late {
    padding: 14px 18px;
    border-radius: var(--_radius-m);
    background: var(--_surface);
    color: var(--_text);
    font-size: 14px;
    animation: late 180ms 1.5s both;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
`;
