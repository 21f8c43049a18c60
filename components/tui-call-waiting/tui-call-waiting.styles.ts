import { css } from 'lit';

export const styles = css`
  .card {
    padding: 16px;
    border-color: light-dark(transparent, var(--_border));
  }
  .who {
    display: flex;
    align-items: center;
    gap: 18px;
    padding: 4px 6px;
  }
  tui-call-avatar {
    --_avatar: 44px;
  }
  .text {
    min-inline-size: 0;
  }
  .name {
    display: grid;
    justify-items: start;
    font-size: 17px;
    font-weight: 650;
    line-height: 1.3;
  }
  .about {
    font-size: 14px;
    color: var(--_text-muted);
  }
  /* One main action; the other two share a line if their labels are short. */
  .ways {
    display: flex;
    flex-wrap: wrap-reverse;
    gap: 8px;
    margin-block-start: 14px;
    --_size: 44px;
  }
  .ways tui-call-button {
    flex: 1 0 auto;
    max-inline-size: 100%;
  }
  .ways tui-call-button::part(button) {
    padding-inline: 12px;
  }
`;
