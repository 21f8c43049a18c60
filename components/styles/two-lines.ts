import { css } from 'lit';

/** A name as the largest text of a screen, in up to two lines. */
export const twoLines = css`
  .name bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
    overflow-wrap: anywhere;
  }
`;
