import { css } from 'lit';

/** A name that is the largest thing on its screen: it may take two lines. */
export const twoLines = css`
  .name bdi {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    white-space: normal;
    overflow-wrap: anywhere;
  }
`;
