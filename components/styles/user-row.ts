import { css } from 'lit';

/** One user in a list: picture, name, and a status line below. */
export const userRow = css`
  tui-call-avatar {
    --_avatar: 34px;
  }
  .text {
    display: grid;
    flex: 1;
    min-inline-size: 0;
    line-height: 1.3;
  }
  bdi {
    justify-self: start;
    font-weight: 600;
  }
  .line {
    font-size: 13px;
    color: var(--_text-muted);
  }
`;
