import { css } from 'lit';

export const styles = css`
  :host {
    display: block;
    min-block-size: 0;
  }
  .panel {
    display: flex;
    flex-direction: column;
    max-block-size: 100%;
    animation: come 180ms ease-out;
    --_size: 36px;
  }
  header {
    display: flex;
    align-items: center;
    gap: 8px;
    padding: 10px 10px 6px 16px;
  }
  header:dir(rtl) {
    padding: 10px 16px 6px 10px;
  }
  h2 {
    flex: 1;
    margin: 0;
    font-size: 16px;
    font-weight: 650;
  }
  ul {
    margin: 0;
    padding: 0 8px;
    list-style: none;
    overflow-y: auto;
  }
  li {
    display: flex;
    align-items: center;
    gap: 12px;
    min-block-size: 48px;
    padding: 4px 8px;
    font-size: 14px;
    --_size: 34px;
  }
  .speaking::part(picture) {
    box-shadow:
      0 0 0 2px var(--_surface),
      0 0 0 4px var(--_accent);
  }
  .away tui-call-avatar {
    opacity: 0.55;
  }
  i,
  .line {
    font-style: normal;
    font-weight: 400;
    color: var(--_text-muted);
  }
  li .icon {
    inline-size: 18px;
    block-size: 18px;
    margin-inline: 8px;
    color: var(--_text-muted);
  }
  .add {
    margin: 8px 16px 14px;
    --_size: 44px;
  }
  @media (pointer: coarse) {
    header,
    li {
      --_size: 44px;
    }
  }
`;
