import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { CallError } from '../../src/engine/api/call-error.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';
import type { RecentCall } from '../../src/protocol/index.ts';
import { ClockController, wallTime } from '../shared/clock-controller.ts';
import { deepActiveElement } from '../shared/focus.ts';
import { languageOf } from '../shared/page-language.ts';
import { readPageAppearance, type PageAppearance } from '../shared/page-appearance.ts';
import { problemOf } from '../shared/problem.ts';
import { fullMessages } from '../shared/full-messages-controller.ts';
import { directionOf, loadMessages } from '../messages/load-messages.ts';
import { en, type ProblemKey, type Messages } from '../messages/en.ts';
import type { Labels } from '../messages/en-effects.ts';
import { userRow } from '../styles/user-row.ts';
import { shared } from '../styles/shared.ts';
import { tokens } from '../styles/tokens.ts';
import { CallElementObserver } from './call-element-observer.ts';
import { peersText } from './recent-entry.ts';
import { RecentList, type RecentListState } from './recent-list.ts';
import { localeOf } from './recent-times.ts';
import type { CallElement } from './call-element.ts';
import { renderRecents, type RecentsActions } from './recents-view.ts';
import { styles } from './tui-call-recents.styles.ts';

const MAX_PAGE_SIZE = 50;
const ON_A_PAGE = 20;
const MINUTE_MS = 60_000;

/** Frameworks set `null` or `undefined` for a missing value: both count as not set. */
type Unset = null | undefined;

/** Dispatched before a call is made from the list; `preventDefault()` prevents the call. */
export type CallBackEvent = CustomEvent<{ readonly call: RecentCall }>;

/** Dispatched after each change of the listed calls: loaded, next page loaded, deleted. */
export type RecentsChangedEvent = CustomEvent<{
  readonly calls: readonly RecentCall[];
  readonly hasMore: boolean;
}>;

/** Dispatched after the user has deleted these calls from the list. */
export type RecentsDeletedEvent = CustomEvent<{ readonly callIds: readonly string[] }>;

/** The events of `<tui-call-recents>`: name → event. */
export interface TuiCallRecentsEventMap {
  'call-back': CallBackEvent;
  'recents-changed': RecentsChangedEvent;
  'recents-deleted': RecentsDeletedEvent;
}

/**
 * The user's list of ended calls, newest first; a press on a call calls back. It does not sign in: it shows the list
 * of the user whom a `<tui-call>` on the page has signed in, in the language and theme of that element.
 *
 * @tagname tui-call-recents
 * @fires call-back - before a call made from the list; cancelable
 * @fires recents-changed - after each change of the listed calls
 * @fires recents-deleted - after the user has deleted calls
 * @csspart panel - The whole list.
 * @csspart row - One call.
 * @attr {string} lang - Language of the list. Default: that of the `<tui-call>`.
 */
export class TuiCallRecents extends LitElement {
  static override styles = [tokens, shared, userRow, styles];

  /** The id of the `<tui-call>` in the same document or shadow tree; '' is the first one there. */
  @property() for: string | Unset = '';
  /** `light` or `dark`; `auto` follows the `<tui-call>`. */
  @property({ reflect: true }) theme: 'auto' | 'light' | 'dark' | Unset = 'auto';
  /** Number of calls per page, at most 50. */
  @property({ type: Number, attribute: 'page-size' }) pageSize: number | Unset = ON_A_PAGE;
  /** The `<tui-call>` element, instead of `for`. */
  @property({ attribute: false }) call: HTMLElement | Unset = null;

  @state() private confirmingClear = false;
  @state() private problem: ProblemKey | null = null;
  /** The text of the live region. */
  @state() private announcement = '';
  @state() private messages: Messages = en;
  #labels: Labels | null = null;
  @state() private language = '';

  #appearance: PageAppearance = { systemTheme: true, systemFont: false };
  #lastListing: RecentListState | null = null;
  #minute = 0;
  /** The connection of this user was lost, or does not exist yet: the list may be outdated. */
  #isStale = false;
  /** Counts the users of this list: a result for a former user is dropped. */
  #user = 0;
  readonly #list = new RecentList({
    pageSize: () =>
      Math.min(Math.max(Math.trunc(this.pageSize ?? ON_A_PAGE) || 1, 1), MAX_PAGE_SIZE),
    changed: () => this.#onList(),
  });
  readonly #callObserver = new CallElementObserver(this, {
    wanted: () => ({ call: this.call ?? null, id: this.for ?? '' }),
    changed: (now, before) => this.#onState(now, before),
    callEnded: () => this.#refresh(),
    appearanceChanged: () => this.#localeOrPlaceChanged(),
  });
  readonly #actions: RecentsActions = {
    callBack: (call) => this.#callBack(call),
    remove: (call) => this.#remove(call),
    loadMore: () => this.#loadMore(),
    retry: () => this.#retry(),
    confirmClear: (open) => this.#confirmClear(open),
    clear: () => this.#clear(),
    closeProblem: () => (this.problem = null),
  };
  #shown = new AbortController();

  constructor() {
    super();
    // All relative times change once a minute, together.
    new ClockController(this, () => {
      if (Math.floor(wallTime() / MINUTE_MS) !== this.#minute) this.requestUpdate();
    });
  }

  static override get observedAttributes(): string[] {
    return [...super.observedAttributes, 'lang'];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#shown = new AbortController();
    const { signal } = this.#shown;
    // Calls may have been deleted on another device, or missed while this page slept.
    document.addEventListener('visibilitychange', () => document.hidden || this.#refresh(), {
      signal,
    });
    this.#localeOrPlaceChanged();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#shown.abort();
    this.confirmingClear = false;
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (name === 'lang') return this.#localeOrPlaceChanged();
    super.attributeChangedCallback(name, old, value);
  }

  /** Reloads the list from the server. Never rejects; a failure shows a notice with a retry. */
  async refresh(): Promise<void> {
    await this.#list.refresh();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('for') || changed.has('call')) this.#callObserver.refresh();
    const labels = this.#callObserver.call?.labels ?? null;
    if (labels === this.#labels) return;
    this.#labels = labels;
    this.#localeOrPlaceChanged();
  }

  override render(): TemplateResult {
    const { messages, language, confirmingClear, problem } = this;
    const call = this.#callObserver.call;
    const state = call?.state ?? null;
    const isEnglish = messages === en;
    const own = this.theme ?? 'auto';
    const theme = own !== 'auto' ? own : (call?.theme ?? 'auto');
    const scheme = theme === 'auto' && this.#appearance.systemTheme ? 'system' : theme;
    return html`<section
      part="panel"
      class="panel ${scheme} ${this.#appearance.systemFont ? 'system-font' : ''}"
      aria-labelledby="title"
      aria-busy=${this.#list.listing.phase === 'loading' && !!state?.userId}
      dir=${directionOf(language) ?? nothing}
      lang=${isEnglish ? 'en' : language}
      @keydown=${this.#onKey}
    >
      ${renderRecents(
        {
          messages,
          locale: localeOf(language, isEnglish),
          now: wallTime(),
          server: call?.server ?? '',
          listing: state?.userId ? this.#list.listing : null,
          deleting: this.#list.deleting,
          loadingMore: this.#list.loadingMore,
          canCall: state !== null && isFree(state),
          confirmingClear,
          problem,
        },
        this.#actions,
      )}
      <p class="unseen" role="status">${this.announcement}</p>
    </section>`;
  }

  protected override updated(): void {
    this.#minute = Math.floor(wallTime() / MINUTE_MS);
  }

  #localeOrPlaceChanged(): void {
    this.#appearance = readPageAppearance(this);
    const language = this.lang || languageOf(this.#callObserver.call ?? this);
    this.requestUpdate();
    // Messages that fail to load are replaced by the English ones.
    void messagesFor(language, this.#labels).then((messages) => {
      this.messages = messages;
      this.language = language;
    });
  }

  #onState(now: CallSnapshot | null, before: CallSnapshot | null): void {
    const signsIn = (now?.userId ?? null) !== (before?.userId ?? null);
    if (signsIn) {
      this.#user += 1;
      this.#isStale = false;
      this.confirmingClear = false;
      this.problem = null;
      this.announcement = '';
      this.#list.open(now?.userId ? this.#callObserver.call : null);
    }
    const isConnected = now?.connection === 'connected';
    const isBack = isConnected && this.#isStale;
    // A request that was made already waits for the sign-in.
    if (isConnected) this.#isStale = false;
    else if (now?.connection !== 'connecting') this.#isStale = true;
    const over = !now?.elsewhere && !!before?.elsewhere;
    if (now?.userId && (signsIn || isBack || over)) this.#refresh();
    this.requestUpdate();
  }

  #onList(): void {
    this.requestUpdate();
    const { listing } = this.#list;
    if (listing === this.#lastListing || listing.phase !== 'listed') return;
    this.#lastListing = listing;
    const detail = { calls: listing.calls, hasMore: listing.cursor !== null };
    this.#emit('recents-changed', detail);
  }

  /** A list whose first load fails shows the error itself. */
  #refresh(): void {
    void this.#list.refresh().catch((error: unknown) => {
      if (this.#list.listing.phase === 'listed') this.#fail(error);
    });
  }

  #retry(): void {
    this.#list.open(this.#callObserver.call);
    this.#refresh();
    void this.updateComplete.then(() => this.#focus('#title'));
  }

  #loadMore(): void {
    const shown = this.#rows().length;
    this.#run(this.#list.loadMore(), () => {
      const { listing } = this.#list;
      if (listing.phase !== 'listed') return;
      this.announcement = this.messages.callsShown(listing.calls.length);
      // The button is the last element of the list; it disappears with the last page.
      if (listing.cursor === null) void this.updateComplete.then(() => this.#focusLost(shown));
    });
  }

  #remove(call: RecentCall): void {
    const { callId } = call;
    const at = this.#rows().findIndex((row) => row.dataset['call'] === callId);
    this.#run(this.#list.remove(callId), () => {
      this.announcement = this.messages.callDeleted(peersText(call, this.messages));
      this.#emit('recents-deleted', { callIds: [callId] });
      void this.updateComplete.then(() => this.#focusLost(at));
    });
  }

  #clear(): void {
    this.confirmingClear = false;
    void this.updateComplete.then(() => this.#focus('#title'));
    this.#run(this.#list.clear(), (callIds) => {
      this.announcement = this.messages.noRecentCalls;
      this.#emit('recents-deleted', { callIds });
    });
  }

  #callBack(call: RecentCall): void {
    const widget = this.#callObserver.call;
    if (!widget || !isFree(widget.state)) return;
    if (!this.#emit('call-back', { call }, true)) return;
    const { peers, mediaType, groupId } = call;
    const userIds = peers.map(({ userId }) => userId);
    this.#run(widget.calls(userIds, mediaType, groupId ? { groupId } : {}));
  }

  #confirmClear(open: boolean): void {
    this.confirmingClear = open;
    void this.updateComplete.then(() => this.#focus(open ? '#title' : '#clear'));
  }

  #run<T>(act: Promise<T>, onSuccess: (value: T) => void = () => undefined): void {
    this.problem = null;
    const user = this.#user;
    const ifSame =
      <V>(callback: (value: V) => void) =>
      (value: V) => {
        if (user === this.#user) callback(value);
      };
    void act.then(
      ifSame(onSuccess),
      ifSame((error: unknown) => this.#fail(error)),
    );
  }

  #fail(error: unknown): void {
    const call = this.#callObserver.call;
    if (!call) return;
    const failure = error instanceof CallError ? error : new CallError('internal-error');
    // Without call waiting, a call on hold prevents another call. A call that the page prevented is not reported.
    const unsaid = call.state.held.length ? 'other' : null;
    this.problem = problemOf(failure, call.state, true)?.key ?? unsaid;
  }

  /** The arrow keys move between calls, Delete deletes, Escape closes the confirmation. */
  #onKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.confirmingClear) return this.#confirmClear(false);
    const row = event.composedPath().find((one) => one instanceof HTMLLIElement);
    if (!row) return;
    const rows = this.#rows();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.#focusIn(rows[rows.indexOf(row) + step]);
    } else if (event.key === 'Delete') {
      row.querySelector<HTMLElement>('.delete')?.click();
    }
  }

  #rows(): HTMLLIElement[] {
    return [...this.renderRoot.querySelectorAll('li')];
  }

  /** The same button in the row of another call. */
  #focusIn(row: HTMLLIElement | undefined): void {
    const which = this.shadowRoot?.activeElement?.className || 'delete';
    row?.querySelector<HTMLElement>(`.${which}`)?.focus();
  }

  /** The focused element was removed: focuses the call at its position, or the title. */
  #focusLost(at: number): void {
    const element = deepActiveElement();
    if (element && element !== document.body) return;
    const rows = this.#rows();
    const row = rows[at] ?? rows.at(-1);
    if (row) this.#focusIn(row);
    else this.#focus('#title');
  }

  #focus(selector: string): void {
    this.renderRoot.querySelector<HTMLElement>(selector)?.focus();
  }

  #emit(type: string, detail: object, cancelable = false): boolean {
    const event = new CustomEvent(type, { detail, bubbles: true, composed: true, cancelable });
    return this.dispatchEvent(event);
  }
}

/** A call can be made only without a current call. */
const isFree = ({ phase, elsewhere }: CallElement['state']): boolean =>
  (phase === 'idle' || phase === 'ended') && elsewhere === null;

/** The messages of a language with the page's words, whose code loads only for pages that have some. */
async function messagesFor(language: string, labels: Labels | null): Promise<Messages> {
  const messages = fullMessages(await loadMessages(language));
  if (!labels || Object.keys(labels).length === 0) return messages;
  return import('../messages/with-labels.ts').then(
    ({ withLabels }) => withLabels(messages, labels),
    () => messages,
  );
}

declare global {
  interface HTMLElementTagNameMap {
    'tui-call-recents': TuiCallRecents;
  }
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- a global interface can only be extended
  interface HTMLElementEventMap extends TuiCallRecentsEventMap {}
}
