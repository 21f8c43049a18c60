import { EventLog } from './event-log.js';
import { mediaNotice } from './media.js';
import { createPane } from './pane.js';

/** The page: alice and bob side by side, or only the user of `?user=`. */
const only = new URLSearchParams(location.search).get('user');
const users = only
  ? [{ userId: only, calls: 'alice' }]
  : [
      { userId: 'alice', calls: 'bob' },
      { userId: 'bob', calls: 'alice' },
    ];

const log = new EventLog(document.querySelector('#log'));
document.querySelector('#clear-log').addEventListener('click', () => log.clear());

document.querySelector('#open-user').addEventListener('submit', (event) => {
  event.preventDefault();
  const { value } = document.querySelector('#other-user');
  // The new page gets the parameters of this page (?synthetic), too.
  const query = new URLSearchParams(location.search);
  query.set('user', value);
  window.open(`/?${query}`, '_blank', 'noopener');
});

if (only) {
  document.title = `${only} · tui-call demo`;
  document.querySelector('#lead').textContent =
    `This tab is ${only}’s. Call a user in another tab, or receive a call from there.`;
  if (only === 'carol') document.querySelector('#other-user').value = 'dave';
}
const panes = document.querySelector('#panes');

const { server } = await (await fetch('/config.json')).json();
for (const user of users) panes.append(createPane({ ...user, server, log }));

const notice = await mediaNotice();
if (notice) {
  const place = document.querySelector('#media-notice');
  place.textContent = notice;
  place.hidden = false;
}
