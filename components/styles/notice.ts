import { css } from 'lit';

/** A notice about an error or the end of a call. */
export const noticeStyles = css`
  .card {
    padding: 20px;
  }
  .what {
    display: flex;
    gap: 14px;
  }
  .sign {
    display: grid;
    place-items: center;
    flex: none;
    inline-size: 40px;
    block-size: 40px;
    border-radius: var(--_radius-s);
    color: var(--_danger);
    background: color-mix(in srgb, var(--_danger) 13%, var(--_surface));
  }
  .text {
    flex: 1;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .title {
    display: flex;
    flex-wrap: wrap;
    column-gap: 10px;
    text-wrap: balance;
    font-size: 16px;
    font-weight: 650;
    line-height: 1.3;
  }
  .advice {
    margin-block-start: 3px;
    font-size: 14px;
    line-height: 1.45;
    color: var(--_text-muted);
  }
  .time {
    font-weight: 400;
    color: var(--_text-muted);
    font-variant-numeric: tabular-nums;
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 10px;
    margin-block-start: 18px;
  }
  /* Two buttons share a line, or take a line each if their labels are long. */
  .ways tui-call-button {
    flex: 1 1 calc(50% - 5px);
    min-inline-size: max-content;
  }
  .ending .what {
    align-items: center;
  }
  .ending .what > tui-call-button {
    align-self: center;
  }
  tui-call-avatar {
    --_avatar: 44px;
  }
  .what > tui-call-button {
    --_size: 36px;
    flex: none;
    align-self: flex-start;
  }
  @media (pointer: coarse) {
    .what > tui-call-button {
      --_size: 44px;
    }
  }
`;
