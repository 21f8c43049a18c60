import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RecentCall } from '../../src/protocol/index.ts';
import { alertIcon, cameraIcon, closeIcon } from '../shared/icons.ts';
import { peopleIcon } from '../shared/call-icons.ts';
import type { ProblemKey, Messages } from '../messages/en.ts';
import {
  callIcon,
  deleteIcon,
  outcomeIcon,
  outcomeTexts,
  isMissed,
  listIcon,
  trustedOrigins,
  peersText,
} from './recent-entry.ts';
import type { RecentListState } from './recent-list.ts';
import { formatExactTime, formatLength, formatWhen } from './recent-times.ts';

/** Inputs of the rendering. */
export interface RecentsView {
  readonly messages: Messages;
  readonly locale: string;
  readonly now: number;
  readonly server: string;
  /** null: nobody is signed in. */
  readonly listing: RecentListState | null;
  readonly deleting: ReadonlySet<string>;
  readonly loadingMore: boolean;
  readonly canCall: boolean;
  /** The confirmation for deleting all calls is open. */
  readonly confirmingClear: boolean;
  readonly problem: ProblemKey | null;
}

/** Actions of the user. */
export interface RecentsActions {
  readonly callBack: (call: RecentCall) => void;
  readonly remove: (call: RecentCall) => void;
  readonly loadMore: () => void;
  readonly retry: () => void;
  readonly confirmClear: (open: boolean) => void;
  readonly clear: () => void;
  readonly closeProblem: () => void;
}

/** Number of stacked avatars of a group call. */
const MAX_AVATARS = 2;
/** Number of placeholder lines while the list is loading. */
const SKELETON_ROWS = [1, 2, 3];

export function renderRecents(view: RecentsView, actions: RecentsActions): TemplateResult {
  const { messages, listing, problem } = view;
  return html`${renderHeader(view, actions)}
  ${
    problem
      ? html`<div class="problem" role="alert">
          ${alertIcon}
          <p><b>${messages.problems[problem][0]}</b> ${messages.problems[problem][1]}</p>
          <tui-call-button tone="quiet" .label=${messages.close} @click=${actions.closeProblem}
            >${closeIcon}</tui-call-button
          >
        </div>`
      : nothing
  }
  ${listing === null ? renderNote(listIcon, messages.recentsSignedOut) : renderListing(listing, view, actions)}`;
}

function renderHeader(view: RecentsView, actions: RecentsActions): TemplateResult {
  const { messages, listing, confirmingClear } = view;
  const some = listing?.phase === 'listed' && listing.calls.length > 0;
  if (confirmingClear && some)
    return html`<header class="asks" role="group" aria-labelledby="title">
      <h2 id="title" tabindex="-1">${messages.deleteAllQuestion}</h2>
      <div class="ways">
        <tui-call-button
          worded
          tone="quiet"
          .label=${messages.cancel}
          @click=${() => actions.confirmClear(false)}
        ></tui-call-button>
        <tui-call-button
          worded
          tone="danger"
          .label=${messages.deleteAll}
          @click=${actions.clear}
        ></tui-call-button>
      </div>
    </header>`;
  return html`<header>
    <h2 id="title" tabindex="-1">${messages.recentCalls}</h2>
    ${
      some
        ? html`<tui-call-button
            id="clear"
            worded
            tone="text"
            .label=${messages.deleteAll}
            @click=${() => actions.confirmClear(true)}
          ></tui-call-button>`
        : nothing
    }
  </header>`;
}

function renderListing(
  listing: RecentListState,
  view: RecentsView,
  actions: RecentsActions,
): TemplateResult {
  const { messages } = view;
  switch (listing.phase) {
    case 'loading':
      return html`<p class="unseen" role="status">${messages.loading}</p>
        <div class="shadows" aria-hidden="true">
          ${SKELETON_ROWS.map(() => html`<div class="row"><i class="face"></i><i class="bar"></i></div>`)}
        </div>`;
    case 'failed':
      return renderNote(
        alertIcon,
        messages.recentsFailed,
        html`<tui-call-button
          worded
          tone="primary"
          .label=${messages.tryAgain}
          @click=${actions.retry}
        ></tui-call-button>`,
      );
    case 'listed':
      return listing.calls.length
        ? renderCalls(listing, view, actions)
        : renderNote(listIcon, messages.noRecentCalls);
  }
}

function renderCalls(
  { calls, cursor }: Extract<RecentListState, { phase: 'listed' }>,
  view: RecentsView,
  actions: RecentsActions,
): TemplateResult {
  return html`<ul aria-labelledby="title">
      ${repeat(
        calls,
        ({ callId }) => callId,
        (call) => renderRow(call, view, actions),
      )}
    </ul>
    ${
      cursor === null
        ? nothing
        : html`<tui-call-button
            id="more"
            worded
            tone="quiet"
            .label=${view.messages.showMore}
            ?busy=${view.loadingMore}
            @click=${actions.loadMore}
          ></tui-call-button>`
    }`;
}

function renderNote(
  sign: TemplateResult,
  text: string,
  way: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<div class="note">
    <span class="sign">${sign}</span>
    <p>${text}</p>
    ${way}
  </div>`;
}

function renderRow(call: RecentCall, view: RecentsView, actions: RecentsActions): TemplateResult {
  const { messages, locale, now } = view;
  const { callId, startedAt, durationMs, mediaType, isGroup } = call;
  const [way, end] = outcomeTexts(call, messages);
  return html`<li
    part="row"
    class="row ${isMissed(call) ? 'missed' : ''} ${view.deleting.has(callId) ? 'leaving' : ''}"
    data-call=${callId}
  >
    ${renderAvatars(call, view.server)}
    <div class="text">
      <p class="who">
        <bdi>${peersText(call, messages)}</bdi>
        ${isGroup ? html`${peopleIcon}<span class="unseen">${messages.groupCall}</span>` : nothing}
      </p>
      <time
        datetime=${new Date(startedAt).toISOString()}
        title=${formatExactTime(startedAt, locale)}
        >${formatWhen(startedAt, now, locale)}</time
      >
      <p class="line">
        <span class="how">${outcomeIcon(call)}<span class="way">${way}</span>${end}</span>
        <span class="kind">${messages.mediaTypes[mediaType]}</span>
        ${durationMs ? html`<span>${formatLength(durationMs, locale)}</span>` : nothing}
      </p>
    </div>
    ${renderActions(call, view, actions)}
  </li>`;
}

function renderActions(
  call: RecentCall,
  view: RecentsView,
  actions: RecentsActions,
): TemplateResult {
  const { messages } = view;
  const peersLabel = peersText(call, messages);
  return html`<div class="acts">
    <tui-call-button
      class="delete"
      tone="quiet"
      .label=${messages.deleteCall(peersLabel)}
      ?busy=${view.deleting.has(call.callId)}
      @click=${() => actions.remove(call)}
      >${deleteIcon}</tui-call-button
    >
    ${
      call.peers.length
        ? html`<tui-call-button
            class="call"
            tone="quiet"
            .label=${messages.callBack(peersLabel)}
            ?disabled=${!view.canCall}
            @click=${() => actions.callBack(call)}
            >${call.mediaType === 'video' ? cameraIcon : callIcon}</tui-call-button
          >`
        : nothing
    }
  </div>`;
}

function renderAvatars(call: RecentCall, server: string): TemplateResult {
  const faces = call.peers.slice(0, MAX_AVATARS);
  return html`<div class=${faces.length > 1 ? 'faces several' : 'faces'}>
    ${faces.map(
      ({ userId, nickname, avatar }) =>
        html`<tui-call-avatar
          .name=${nickname || userId}
          .userId=${userId}
          .src=${avatar}
          .trusted=${trustedOrigins(call, server)}
        ></tui-call-avatar>`,
    )}
  </div>`;
}
