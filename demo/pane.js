import { EVENT_NAMES } from './event-names.js';
import { setActingUser } from './media.js';

/**
 * The device of one user: the signed-in widget, and a form that makes calls. The log shows every event of the widget.
 */
export function createPane({ userId, calls, server, log }) {
  const name = capitalised(userId);
  const pane = element('article', { className: 'pane', ariaLabel: name });
  pane.dataset.user = userId;

  const widget = element('tui-call');
  widget.setAttribute('mode', 'inline');
  widget.setAttribute('nickname', name);
  for (const type of EVENT_NAMES)
    widget.addEventListener(type, (event) => log.write(userId, event));

  const phase = element('span', { className: 'phase', textContent: 'signing in…' });
  const connection = element('span', { className: 'dot', title: 'connecting' });
  const screen = element('div', { className: 'screen' });
  screen.append(idleHint(name, calls), widget);
  pane.append(
    heading(name, connection, phase),
    screen,
    callForm({ widget, userId, calls }),
    recentCalls(widget),
  );

  showState(widget, { pane, phase, connection });
  signIn(widget, { userId, name, server });
  return pane;
}

/** Setting server, user-id and user-sig signs in. The userSig is renewed before it expires. */
function signIn(widget, { userId, name, server }) {
  const fetchUserSig = async () => {
    const response = await fetch(`/user-sig?${new URLSearchParams({ userId, name })}`);
    return (await response.json()).userSig;
  };
  const renew = async () => widget.renewUserSig(await fetchUserSig());
  widget.addEventListener('user-sig-will-expire', renew);
  widget.addEventListener('user-sig-expired', renew);
  fetchUserSig().then((userSig) => {
    widget.setAttribute('server', server);
    widget.setAttribute('user-id', userId);
    widget.setAttribute('user-sig', userSig);
  });
}

function showState(widget, { pane, phase, connection }) {
  const show = () => {
    const state = widget.state;
    pane.dataset.phase = state.phase;
    phase.textContent = state.connection === 'connected' ? state.phase : state.connection;
    connection.dataset.connection = state.connection;
    connection.title = state.connection;
    if (isOpening(state.camera)) setActingUser(pane.ariaLabel);
  };
  widget.addEventListener('state-changed', show);
  customElements.whenDefined('tui-call').then(show);
}

/** Dispatched in the task in which the widget requests the camera. */
const isOpening = ({ wanted, pending }) => wanted && pending;

const capitalised = (userId) => userId.charAt(0).toUpperCase() + userId.slice(1);

function heading(name, connection, phase) {
  const line = element('header', { className: 'row' });
  line.append(connection, element('h2', { textContent: name }), phase);
  return line;
}

function idleHint(name, calls) {
  const hint = element('div', { className: 'idle' });
  hint.append(
    element('p', { className: 'initial', textContent: name.charAt(0), ariaHidden: 'true' }),
    element('p', {
      textContent: `${name} is not in a call. The widget appears when it rings.`,
    }),
    element('p', { className: 'second', textContent: `Call ${capitalised(calls)} below.` }),
  );
  return hint;
}

function callForm({ widget, userId, calls }) {
  const form = element('form', { className: 'row call' });
  const callees = element('input', { value: calls, required: true, id: `whom-${userId}` });
  const label = element('label', { htmlFor: callees.id, textContent: 'Call' });
  const buttons = ['video', 'audio'].map((mediaType) =>
    element('button', {
      type: 'submit',
      value: mediaType,
      textContent: mediaType === 'video' ? 'Video call' : 'Audio call',
    }),
  );
  const problem = element('p', { className: 'problem', role: 'alert' });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    problem.textContent = '';
    const userIds = callees.value.split(/[\s,]+/).filter(Boolean);
    try {
      await widget.calls(userIds, event.submitter?.value ?? 'video');
    } catch (error) {
      problem.textContent = `${error.name} (${error.code}): ${error.message}`;
    }
  });
  const enable = () => {
    const free = ['idle', 'ended'].includes(widget.state.phase);
    for (const button of buttons) button.disabled = !free;
  };
  widget.addEventListener('state-changed', enable);
  form.append(label, callees, ...buttons, problem);
  return form;
}

/** The user's list of recent calls, collapsed at first. */
function recentCalls(widget) {
  const fold = element('details', { className: 'recents' });
  fold.append(
    element('summary', { textContent: 'Recent calls' }),
    element('tui-call-recents', { call: widget }),
  );
  return fold;
}

function element(tag, properties = {}) {
  return Object.assign(document.createElement(tag), properties);
}
