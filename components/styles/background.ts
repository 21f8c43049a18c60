import { css } from 'lit';

/** A picture of the page behind a stage or a tile: dimmed, so that white text stays legible on it. */
export const backgroundStyles = css`
  .stage,
  .tile {
    isolation: isolate;
  }
  .background {
    position: absolute;
    z-index: -1;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    opacity: 0.5;
  }
`;
