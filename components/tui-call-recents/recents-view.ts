import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RecentCall } from '../../src/protocol/index.ts';
import { alertIcon, cameraIcon, closeIcon, phoneIcon } from '../icons.ts';
import { peopleIcon } from '../stage-icons.ts';
import type { ProblemKey, Words } from '../strings/en.ts';
import {
  deleteIcon,
  howIcon,
  howWords,
  isMissed,
  listIcon,
  trustedFor,
  whoText,
} from './recent-line.ts';
import type { Listing } from './recent-list.ts';
import { exactly, lengthText, whenText } from './recent-times.ts';

/** All that the list is drawn from. */
export interface RecentsView {
  readonly words: Words;
  readonly locale: string;
  readonly now: number;
  readonly server: string;
  /** null: nobody is signed in. */
  readonly listing: Listing | null;
  readonly leaving: ReadonlySet<string>;
  readonly growing: boolean;
  readonly canCall: boolean;
  /** It is asked whether all are to be deleted. */
  readonly asking: boolean;
  readonly problem: ProblemKey | null;
}

/** What can be done in it. */
export interface RecentsActs {
  readonly callBack: (call: RecentCall) => void;
  readonly remove: (call: RecentCall) => void;
  readonly grow: () => void;
  readonly retry: () => void;
  readonly ask: (asking: boolean) => void;
  readonly clear: () => void;
  readonly closeProblem: () => void;
}

/** Faces of a group that lie on each other. */
const MOST_FACES = 2;
/** Lines drawn while the real ones are on their way. */
const SHADOWS = [1, 2, 3];

export function renderRecents(view: RecentsView, acts: RecentsActs): TemplateResult {
  const { words, listing, problem } = view;
  return html`${renderHeader(view, acts)}
  ${
    problem
      ? html`<div class="problem" role="alert">
          ${alertIcon}
          <p><b>${words.problems[problem][0]}</b> ${words.problems[problem][1]}</p>
          <tui-call-button tone="quiet" .label=${words.close} @click=${acts.closeProblem}
            >${closeIcon}</tui-call-button
          >
        </div>`
      : nothing
  }
  ${listing === null ? renderNote(listIcon, words.recentsSignedOut) : renderListing(listing, view, acts)}`;
}

function renderHeader(view: RecentsView, acts: RecentsActs): TemplateResult {
  const { words, listing, asking } = view;
  const some = listing?.phase === 'listed' && listing.calls.length > 0;
  if (asking && some)
    return html`<header class="asks" role="group" aria-labelledby="title">
      <h2 id="title" tabindex="-1">${words.deleteAllQuestion}</h2>
      <div class="ways">
        <tui-call-button
          worded
          tone="quiet"
          .label=${words.cancel}
          @click=${() => acts.ask(false)}
        ></tui-call-button>
        <tui-call-button
          worded
          tone="bad"
          .label=${words.deleteAll}
          @click=${acts.clear}
        ></tui-call-button>
      </div>
    </header>`;
  return html`<header>
    <h2 id="title" tabindex="-1">${words.recentCalls}</h2>
    ${
      some
        ? html`<tui-call-button
            id="clear"
            worded
            tone="text"
            .label=${words.deleteAll}
            @click=${() => acts.ask(true)}
          ></tui-call-button>`
        : nothing
    }
  </header>`;
}

function renderListing(listing: Listing, view: RecentsView, acts: RecentsActs): TemplateResult {
  const { words } = view;
  switch (listing.phase) {
    case 'loading':
      return html`<p class="unseen" role="status">${words.loading}</p>
        <div class="shadows" aria-hidden="true">
          ${SHADOWS.map(() => html`<div class="row"><i class="face"></i><i class="bar"></i></div>`)}
        </div>`;
    case 'failed':
      return renderNote(
        alertIcon,
        words.recentsFailed,
        html`<tui-call-button
          worded
          tone="primary"
          .label=${words.tryAgain}
          @click=${acts.retry}
        ></tui-call-button>`,
      );
    case 'listed':
      return listing.calls.length
        ? renderCalls(listing, view, acts)
        : renderNote(listIcon, words.noRecentCalls);
  }
}

function renderCalls(
  { calls, cursor }: Extract<Listing, { phase: 'listed' }>,
  view: RecentsView,
  acts: RecentsActs,
): TemplateResult {
  return html`<ul aria-labelledby="title">
      ${repeat(
        calls,
        ({ callId }) => callId,
        (call) => renderRow(call, view, acts),
      )}
    </ul>
    ${
      cursor === null
        ? nothing
        : html`<tui-call-button
            id="more"
            worded
            tone="quiet"
            .label=${view.words.showMore}
            ?busy=${view.growing}
            @click=${acts.grow}
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

function renderRow(call: RecentCall, view: RecentsView, acts: RecentsActs): TemplateResult {
  const { words, locale, now } = view;
  const { callId, startedAt, durationMs, mediaType, isGroup } = call;
  const [way, end] = howWords(call, words);
  return html`<li
    part="row"
    class="row ${isMissed(call) ? 'missed' : ''} ${view.leaving.has(callId) ? 'leaving' : ''}"
    data-call=${callId}
  >
    ${renderFaces(call, view.server)}
    <div class="text">
      <p class="who">
        <bdi>${whoText(call, words)}</bdi>
        ${isGroup ? html`${peopleIcon}<span class="unseen">${words.groupCall}</span>` : nothing}
      </p>
      <time datetime=${new Date(startedAt).toISOString()} title=${exactly(startedAt, locale)}
        >${whenText(startedAt, now, locale)}</time
      >
      <p class="line">
        <span class="how">${howIcon(call)}<span class="way">${way}</span>${end}</span>
        <span class="kind">${words.mediaTypes[mediaType]}</span>
        ${durationMs ? html`<span>${lengthText(durationMs, locale)}</span>` : nothing}
      </p>
    </div>
    ${renderActs(call, view, acts)}
  </li>`;
}

function renderActs(call: RecentCall, view: RecentsView, acts: RecentsActs): TemplateResult {
  const { words } = view;
  const who = whoText(call, words);
  return html`<div class="acts">
    <tui-call-button
      class="delete"
      tone="quiet"
      .label=${words.deleteCall(who)}
      ?busy=${view.leaving.has(call.callId)}
      @click=${() => acts.remove(call)}
      >${deleteIcon}</tui-call-button
    >
    ${
      call.peers.length
        ? html`<tui-call-button
            class="call"
            tone="quiet"
            .label=${words.callBack(who)}
            ?disabled=${!view.canCall}
            @click=${() => acts.callBack(call)}
            >${call.mediaType === 'video' ? cameraIcon : phoneIcon}</tui-call-button
          >`
        : nothing
    }
  </div>`;
}

function renderFaces(call: RecentCall, server: string): TemplateResult {
  const faces = call.peers.slice(0, MOST_FACES);
  return html`<div class=${faces.length > 1 ? 'faces several' : 'faces'}>
    ${faces.map(
      ({ userId, nickname, avatar }) =>
        html`<tui-call-avatar
          .name=${nickname || userId}
          .userId=${userId}
          .src=${avatar}
          .trusted=${trustedFor(call, server)}
        ></tui-call-avatar>`,
    )}
  </div>`;
}
