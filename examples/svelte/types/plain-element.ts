import type { SvelteHTMLElements } from 'svelte/elements';

// What has to compile, and what must not.
type Call = SvelteHTMLElements['tui-call'];
type Recents = SvelteHTMLElements['tui-call-recents'];

export const right: Call = {
  server: 'https://calls.example',
  'user-id': 'alice',
  userSig: 'eyJ',
  mode: 'inline',
  'mute-ringtone': 'false',
  contacts: [{ userId: 'bob', name: 'Bob' }],
  'oncall-received': (event) => event.detail.callerId.trim(),
};
export const recents: Recents = { 'oncall-back': ({ detail }) => detail.call.callId.trim() };

// @ts-expect-error: a mode is floating, inline or fullscreen
export const wrongMode: Call = { mode: 'tiny' };
// @ts-expect-error: contacts are a list
export const wrongContacts: Call = { contacts: 'bob' };
// @ts-expect-error: call-received has no totalTime
export const wrongDetail: Call = { 'oncall-received': (event) => event.detail.totalTime };
