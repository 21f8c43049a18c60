import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { Contact, ViewSettings } from '../shared/call-context.ts';
import { TuiIntentEvent } from '../shared/events.ts';
import { isPresent } from '../shared/members.ts';
import { safeName } from '../shared/names.ts';
import { FullMessagesController } from '../shared/full-messages-controller.ts';
import { checkIcon } from '../shared/menu-icons.ts';
import { userRow } from '../styles/user-row.ts';
import { shared } from '../styles/shared.ts';
import { matching } from './matching.ts';
import { styles } from './tui-call-invite.styles.ts';

const slice = ({ members }: CallSnapshot, { contacts }: ViewSettings) => ({ members, contacts });

/**
 * The contacts that can be invited: a search by name, selection of several, and one button to invite them. The list
 * is one tab stop; the arrow keys move in it, Space and Enter select.
 *
 * @tagname tui-call-invite
 * @fires {TuiIntentEvent} tui-intent - invite
 * @fires {CustomEvent} done - after the invitation
 */
export class TuiCallInvite extends LitElement {
  static override styles = [shared, userRow, styles];

  @state() private query = '';
  @state() private chosen: readonly string[] = [];
  /** The contact with the keyboard focus. */
  @state() private at = '';

  readonly #call = new FullMessagesController(this, slice);

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('input')?.focus();
  }

  override render(): TemplateResult | typeof nothing {
    const { value: call, messages } = this.#call;
    if (!call) return nothing;
    const found = matching(call.contacts ?? [], this.query);
    const count = this.#wanted().length;
    return html`<input
        type="search"
        autocomplete="off"
        placeholder=${messages.search}
        aria-label=${messages.search}
        .value=${this.query}
        @input=${this.#onSearch}
        @keydown=${this.#onSearchKey}
      />
      <div
        class="list"
        role="listbox"
        aria-multiselectable="true"
        aria-label=${messages.addPeople}
        @keydown=${this.#onKey}
      >
        ${repeat(
          found,
          ({ userId }) => userId,
          (contact, i) => this.#renderContact(contact, this.#stop(found) === i),
        )}
      </div>
      <p class="none" role="status">${found.length ? '' : messages.noMatch}</p>
      <tui-call-button
        worded
        tone=${count ? 'primary' : 'quiet'}
        ?disabled=${!count}
        .label=${count ? messages.inviteCount(count) : messages.addPeople}
        @click=${this.#onInvite}
      ></tui-call-button>`;
  }

  #renderContact({ userId, name, avatar }: Contact, isStop: boolean): TemplateResult {
    const { messages } = this.#call;
    const isHere = this.#isHere(userId);
    const chosen = this.chosen.includes(userId);
    return html`<button
      type="button"
      role="option"
      data-user=${userId}
      tabindex=${isStop ? 0 : -1}
      aria-selected=${chosen ? 'true' : 'false'}
      aria-disabled=${isHere ? 'true' : 'false'}
      @click=${() => this.#toggle(userId)}
    >
      <tui-call-avatar .name=${name} .userId=${userId} .src=${avatar ?? ''}></tui-call-avatar>
      <span class="text">
        <bdi>${safeName(name || userId)}</bdi>
        ${isHere ? html`<span class="line">${messages.inThisCall}</span>` : nothing}
      </span>
      <span class="box">${chosen ? checkIcon : nothing}</span>
    </button>`;
  }

  #isHere(userId: string): boolean {
    return !!this.#call.value?.members.some((m) => m.userId === userId && isPresent(m));
  }

  /** A contact who has joined since the selection is not invited. */
  #wanted(): readonly string[] {
    return this.chosen.filter((userId) => !this.#isHere(userId));
  }

  #stop(found: readonly Contact[]): number {
    return Math.max(
      0,
      found.findIndex(({ userId }) => userId === this.at),
    );
  }

  #toggle(userId: string): void {
    this.at = userId;
    if (this.#isHere(userId)) return;
    this.chosen = this.chosen.includes(userId)
      ? this.chosen.filter((chosen) => chosen !== userId)
      : [...this.chosen, userId];
  }

  #onSearch({ target }: InputEvent): void {
    if (target instanceof HTMLInputElement) this.query = target.value;
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowDown') return;
    event.preventDefault();
    this.renderRoot.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  #onKey(event: KeyboardEvent): void {
    const options = [...this.renderRoot.querySelectorAll<HTMLElement>('[role=option]')];
    const at = options.findIndex((option) => option === event.target);
    if (event.key === 'ArrowUp' && at === 0) this.renderRoot.querySelector('input')?.focus();
    else {
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: options.length - 1 }[
        event.key
      ];
      const next = to === undefined ? undefined : options[to];
      if (!next) return;
      this.at = next.dataset['user'] ?? '';
      next.focus();
    }
    event.preventDefault();
  }

  #onInvite(): void {
    const userIds = this.#wanted();
    if (!userIds.length) return;
    this.dispatchEvent(new TuiIntentEvent({ type: 'invite', userIds }));
    this.chosen = [];
    this.dispatchEvent(new CustomEvent('done'));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-invite': TuiCallInvite;
  }
}
