import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallMember, CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { MemberStatus } from '../../src/protocol/index.ts';
import type { ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { closeIcon, microphoneOffIcon, phoneIcon } from '../shared/icons.ts';
import { safeName } from '../shared/names.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { addPersonIcon, backIcon } from '../shared/call-icons.ts';
import { isSpeaking, statusText } from '../shared/member-status.ts';
import { surface } from '../styles/surface.ts';
import { userRow } from '../styles/user-row.ts';
import { shared } from '../styles/shared.ts';
import { styles } from './tui-call-people.styles.ts';

const slice = ({ members }: CallSnapshot, { contacts }: ViewSettings) => ({ members, contacts });

/** Joined members first, then ringing members, then members who have left. */
const ORDER: Readonly<Partial<Record<MemberStatus, number>>> = { joined: 0, ringing: 1 };
const rank = ({ status }: CallMember): number => ORDER[status] ?? 2;

/** Members who can be rung again: not joined, not ringing, and not removed by the server API. */
const canRing = ({ status, isSelf }: CallMember): boolean =>
  !isSelf && !['joined', 'ringing', 'removed'].includes(status);

/**
 * The members of a call with their status. The user can invite more users from here.
 *
 * @tagname tui-call-people
 * @fires {TuiIntentEvent} tui-intent - invite
 * @fires {CustomEvent} close - the user closes the panel
 * @csspart panel - The panel.
 */
export class TuiCallPeople extends LitElement {
  static override styles = [shared, surface, userRow, styles];

  /** The list to show: the members, or the contacts that can be invited. */
  @property() view: 'list' | 'invite' = 'list';

  readonly #call = new FullMessagesController(this, slice);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector<HTMLElement>('.panel')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call) return nothing;
    const invites = this.view === 'invite';
    return html`<div
      part="panel"
      class="panel"
      role="dialog"
      aria-labelledby="title"
      tabindex="-1"
      @keydown=${this.#onKey}
    >
      <header role="none">
        ${invites && this.#cameFromList ? this.#renderIcon(messages.back, backIcon, this.#onBack) : nothing}
        <h2 id="title">${invites ? messages.addPeople : messages.people}</h2>
        ${this.#renderIcon(messages.close, closeIcon, this.#onClose)}
      </header>
      ${invites ? html`<tui-call-invite @done=${this.#onDone}></tui-call-invite>` : this.#renderList(call)}
    </div>`;
  }

  #renderList({ members, contacts }: ReturnType<typeof slice>): TemplateResult {
    const sorted = [...members].sort((a, b) => rank(a) - rank(b));
    return html`<ul>
        ${repeat(
          sorted,
          ({ userId }) => userId,
          (member) => this.#renderMember(member),
        )}
      </ul>
      ${
        contacts
          ? html`<tui-call-button
              class="add"
              worded
              tone="quiet"
              .label=${this.#call.messages.addPeople}
              @click=${this.#onAdd}
              >${addPersonIcon}</tui-call-button
            >`
          : nothing
      }`;
  }

  #renderMember(member: CallMember): TemplateResult {
    const { messages } = this.#call;
    const line = statusText(member, messages);
    const isHere = member.status === 'joined';
    return html`<li class=${isHere ? '' : 'away'}>
      <tui-call-avatar
        class=${isSpeaking(member) ? 'speaking' : ''}
        .name=${member.name}
        .userId=${member.userId}
        .src=${member.avatar}
      ></tui-call-avatar>
      <span class="text">
        <bdi
          >${safeName(member.name)}${member.isSelf ? html`<i>&nbsp;(${messages.you})</i>` : nothing}</bdi
        >
        ${line ? html`<span class="line">${line}</span>` : nothing}
      </span>
      ${isHere && !member.audioOn ? html`${microphoneOffIcon}<span class="unseen">${messages.muted}</span>` : nothing}
      ${
        canRing(member)
          ? this.#renderIcon(messages.ringAgain(safeName(member.name)), phoneIcon, () =>
              this.dispatchEvent(new TuiIntentEvent({ type: 'invite', userIds: [member.userId] })),
            )
          : nothing
      }
    </li>`;
  }

  #renderIcon(label: string, icon: TemplateResult, act: () => void): TemplateResult {
    return html`<tui-call-button tone="quiet" .label=${label} @click=${act}
      >${icon}</tui-call-button
    >`;
  }

  /** Opened from the menu, the panel has no list to return to. */
  #cameFromList = false;

  #onAdd(): void {
    this.#cameFromList = true;
    this.view = 'invite';
    this.dispatchEvent(new TuiIntentEvent({ type: 'people', view: 'invite' }));
  }

  readonly #onBack = (): void => {
    this.view = 'list';
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('.panel')?.focus(),
    );
  };

  readonly #onClose = (): void => {
    this.dispatchEvent(new CustomEvent('close'));
  };

  #onDone(): void {
    if (this.#cameFromList) this.#onBack();
    else this.#onClose();
  }

  #onKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.#onClose();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-people': TuiCallPeople;
  }
}
