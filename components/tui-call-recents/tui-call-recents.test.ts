import { expect, fixture, html } from '@open-wc/testing';
import { ended, connectedVideo, elsewhere, idle, onlyHeld } from '../../test/fakes/call-scenes.ts';
import { eachKind, FakeRecentsCall, peer, recent } from '../../test/fakes/fake-recents-call.ts';
import {
  arrived,
  buttonNamed,
  buttonNames,
  deepAll,
  drawn,
  textOf,
} from '../../test/support/draw.ts';
import type { UserId } from '../../src/protocol/index.ts';
import { CallError } from '../../src/engine/api/call-error.ts';
import { register } from '../shared/register.ts';
import { TuiCallRecents } from './tui-call-recents.ts';

register({ 'tui-call-recents': TuiCallRecents });

const HOUR_MS = 3_600_000;
const carol = { ...idle, userId: 'carol' as UserId };
const line = (hour: number) => recent(String(hour), { startedAt: hour * HOUR_MS });

describe('tui-call-recents', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`is accessible, ${theme}`, async () => {
      const { recents } = await listed({ calls: eachKind(Date.now()) });
      recents.theme = theme;
      await arrived(recents);
      await drawn();
      await expect(recents).to.be.accessible();
    });
  }

  it('is accessible with the confirmation open', async () => {
    const { recents } = await listed({ calls: [line(1)] });
    buttonNamed(recents, 'Delete all').click();
    await arrived(recents);
    await expect(recents).to.be.accessible();
  });

  it('is accessible without a list', async () => {
    const { recents, call } = await listed({ calls: [] });
    await expect(recents).to.be.accessible();
    call.show({ ...idle, userId: null });
    await drawn();
    await expect(recents).to.be.accessible();
    await expect((await listed({ refuses: 'queryRecentCalls' })).recents).to.be.accessible();
  });

  it('shows peer, direction, outcome and duration of each call', async () => {
    const { recents } = await listed({ calls: eachKind(Date.now()) });
    const rows = [...recents.renderRoot.querySelectorAll('li')].map((row) => [
      textOf(row.querySelector('.who')!),
      textOf(row.querySelector('.line')!),
    ]);
    expect(rows).to.deep.equal([
      ['Mina Kim', 'Missed Video'],
      ['Dr. Rossi', 'Incoming Video 12 min'],
      ['Jonas P. and 2 others Group call', 'Outgoing Audio 1 hr 5 min'],
      ['Sam Ortiz', 'Outgoing · No answer Video'],
      ['Tom Weber', 'Outgoing · Busy Audio'],
      ['Wilhelmina Featherstonehaugh-Cholmondeley', 'Incoming · Declined Audio'],
      ['zoe', 'Outgoing · Cancelled Video'],
    ]);
    expect(textOf(recents.renderRoot.querySelector('time')!)).to.match(/^4 min\.? ago$/);
  });

  it('has icons in outline only', async () => {
    const { recents } = await listed({ calls: eachKind(Date.now()) });
    const icons = deepAll<SVGElement>(recents, 'svg');
    expect(icons.length).to.be.greaterThan(20);
    expect(new Set(icons.map((icon) => getComputedStyle(icon).fill))).to.deep.equal(
      new Set(['none']),
    );
  });

  it('puts the parts of a line on one baseline', async () => {
    const { recents } = await listed({ calls: [line(1)] });
    const parts = recents.renderRoot.querySelectorAll<HTMLElement>('.line > span');
    const [end = 0, ...others] = [...parts].map(textBottom);
    expect(others).to.not.be.empty;
    for (const other of others) expect(other).to.be.closeTo(end, 0.1);
  });

  it('loads nothing and shows a text while nobody is signed in', async () => {
    const { recents, call } = await listed({ state: { ...idle, userId: null }, calls: [line(1)] });
    expect(call.asked).to.deep.equal([]);
    expect(textOf(recents)).to.contain('You are not signed in to calls');
    call.show(idle);
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-1']);
    call.show({ ...idle, userId: null });
    await drawn();
    expect(idsOf(recents)).to.deep.equal([]);
  });

  it('shows that it is loading, and that the list is empty', async () => {
    const { recents, call } = await listed({ keepsAnswers: true });
    expect(recents.renderRoot.querySelector('[aria-busy=true]')).to.not.equal(null);
    expect(textOf(recents)).to.contain('Loading…');
    call.kept.shift()?.();
    await drawn();
    expect(textOf(recents)).to.contain('No calls yet');
    expect(recents.renderRoot.querySelector('[aria-busy=true]')).to.equal(null);
  });

  it('retries a failed load', async () => {
    const { recents, call } = await listed({ refuses: 'queryRecentCalls', calls: [line(1)] });
    expect(textOf(recents)).to.contain('The list could not be loaded.');
    call.refusals.clear();
    buttonNamed(recents, 'Try again').click();
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-1']);
    expect(recents.shadowRoot?.activeElement?.id).to.equal('title');
  });

  it('reloads after the end of a call, a missed call, and a lost connection', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    const moments: (() => unknown)[] = [
      ...['call-end', 'call-not-connected', 'call-missed'].map(
        (type) => () => call.dispatchEvent(new CustomEvent(type)),
      ),
      () => call.show({ ...idle, connection: 'reconnecting' }),
      () => call.show(elsewhere),
    ];
    for (const [hour, moment] of moments.entries()) {
      call.recent = [line(hour + 2), ...call.recent];
      moment();
      call.show(idle);
      await drawn();
      expect(idsOf(recents)[0], String(hour)).to.equal(`call-${hour + 2}`);
    }
  });

  it('loads once when a user signs in', async () => {
    const { call } = await listed({ state: { ...idle, userId: null, connection: 'disconnected' } });
    call.show({ ...idle, connection: 'connecting' });
    await drawn();
    call.show(idle);
    await drawn();
    expect(call.asked.length).to.equal(1);
  });

  it('shows nothing of the previous user as soon as another one is signed in', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    deleteButton(recents, 'call-1').click();
    await drawn();
    expect(statusOf(recents)).to.equal('Call with Mina Kim deleted');
    call.recent = [line(2)];
    await recents.refresh();
    call.keepsAnswers = true;
    const refreshing = recents.refresh();
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-2']);
    call.show(carol);
    await recents.updateComplete;
    expect(idsOf(recents)).to.deep.equal([]);
    expect(statusOf(recents)).to.equal('');
    expect(textOf(recents)).to.not.contain('Mina');
    // Resolves the request of the previous user, and delays the one of the new user.
    call.kept.shift()?.();
    await refreshing;
    await drawn();
    expect(idsOf(recents)).to.deep.equal([]);
    call.recent = [line(7)];
    call.kept.shift()?.();
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-7']);
  });

  it('drops pending results of the previous user', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    const deleted: unknown[] = [];
    recents.addEventListener('recents-deleted', ({ detail }) => deleted.push(detail));
    call.keepsAnswers = true;
    deleteButton(recents, 'call-1').click();
    await drawn();
    call.keepsAnswers = false;
    call.show(carol);
    call.kept.shift()?.();
    await drawn();
    expect(statusOf(recents)).to.equal('');
    expect(deleted).to.deep.equal([]);
  });

  it('is empty as soon as the user signs out, despite late results', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    call.keepsAnswers = true;
    const refreshing = recents.refresh();
    await drawn();
    call.show({ ...idle, userId: null, connection: 'disconnected' });
    await recents.updateComplete;
    expect(idsOf(recents)).to.deep.equal([]);
    call.kept.shift()?.();
    await refreshing;
    await drawn();
    expect(idsOf(recents)).to.deep.equal([]);
    expect(textOf(recents)).to.contain('You are not signed in to calls');
  });

  it('shows no list after a refused sign-in, and loads it when another userSig is accepted', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    const error = new CallError('user-sig-invalid');
    call.refusals.set('queryRecentCalls', error);
    call.show({ ...carol, connection: 'connecting' });
    call.show({ ...carol, connection: 'disconnected', error });
    await drawn();
    expect(idsOf(recents)).to.deep.equal([]);
    expect(textOf(recents)).to.contain('The list could not be loaded.');
    call.refusals.clear();
    call.recent = [line(7)];
    call.show({ ...carol, connection: 'connecting' });
    call.show(carol);
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-7']);
  });

  it('reloads when an expired userSig was renewed', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    for (const connection of ['reconnecting', 'disconnected', 'connecting'] as const) {
      call.show({ ...idle, connection });
    }
    call.recent = [line(2), line(1)];
    call.show(idle);
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-2', 'call-1']);
  });

  for (const nothing of [null, undefined]) {
    it(`treats a property that is ${nothing} as not set`, async () => {
      const { recents, call } = await listed({ calls: [line(1)], pageSize: 7 });
      Object.assign(recents, { theme: nothing, for: nothing, pageSize: nothing });
      await arrived(recents);
      expect(recents.renderRoot.querySelector('.panel.system')).to.not.equal(null);
      await recents.refresh();
      expect(call.asked.at(-1)).to.deep.equal(['queryRecentCalls', { limit: 20, cursor: null }]);
      Object.assign(recents, { call: nothing });
      await drawn();
      expect(idsOf(recents)).to.deep.equal([]);
    });
  }

  it('does not reload on changes within a call', async () => {
    const { call } = await listed({ calls: [line(1)] });
    call.show(connectedVideo);
    call.show({ ...connectedVideo, audioBlocked: true });
    await drawn();
    expect(call.asked.length).to.equal(1);
  });

  it('shows and announces the next page, and keeps the focus', async () => {
    const { recents } = await listed({ calls: [line(3), line(2), line(1)], pageSize: 2 });
    expect(idsOf(recents)).to.deep.equal(['call-3', 'call-2']);
    const more = buttonNamed(recents, 'Show more');
    more.focus();
    more.click();
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-3', 'call-2', 'call-1']);
    expect(buttonNames(recents)).to.not.contain('Show more');
    expect(statusOf(recents)).to.equal('3 calls shown');
    expect(focusedRow(recents)).to.equal('call-1');
  });

  it('calls back with the same users, media type and group', async () => {
    const group = recent('group', {
      mediaType: 'audio',
      groupId: 'team',
      isGroup: true,
      peers: [peer('jonas', 'Jonas'), peer('eve')],
      startedAt: 1,
    });
    const { recents, call } = await listed({ calls: [line(2), group] });
    buttonNamed(recents, 'Call Mina Kim').click();
    buttonNamed(recents, 'Call Jonas and 1 other').click();
    expect(call.asked.slice(1)).to.deep.equal([
      ['calls', ['mina'], 'video', {}],
      ['calls', ['jonas', 'eve'], 'audio', { groupId: 'team' }],
    ]);
  });

  it('does not call back if the page prevents call-back', async () => {
    const { recents, call } = await listed({ calls: [line(2)] });
    const asked: string[] = [];
    recents.addEventListener('call-back', (event) => {
      event.preventDefault();
      asked.push(event.detail.call.callId);
    });
    buttonNamed(recents, 'Call Mina Kim').click();
    expect(asked).to.deep.equal(['call-2']);
    expect(call.asked.length).to.equal(1);
  });

  it('does not call back during a call on this or another device', async () => {
    for (const state of [connectedVideo, elsewhere]) {
      const { recents, call } = await listed({ state, calls: [line(2)] });
      const button = buttonNamed(recents, 'Call Mina Kim');
      expect(button.getAttribute('aria-disabled')).to.equal('true');
      button.click();
      expect(call.asked.length).to.equal(1);
    }
    const { recents, call } = await listed({ state: ended({}), calls: [line(2)] });
    buttonNamed(recents, 'Call Mina Kim').click();
    expect(call.asked.length).to.equal(2);
  });

  it('shows why a call failed until the notice is dismissed', async () => {
    const { recents, call } = await listed({ calls: [line(2)] });
    call.refusals.set('calls', new CallError('blocked', 'no'));
    buttonNamed(recents, 'Call Mina Kim').click();
    await drawn();
    const alert = () => recents.renderRoot.querySelector('[role=alert]');
    expect(textOf(alert()!)).to.contain('This person cannot be called');
    buttonNamed(recents, 'Close').click();
    await drawn();
    expect(alert()).to.equal(null);
  });

  it('shows that a held call prevents the call, and nothing if the page prevented it', async () => {
    const { recents, call } = await listed({ calls: [line(2)] });
    const alertElement = () => recents.renderRoot.querySelector('[role=alert]');
    call.refusals.set('calls', new CallError('wrong-state', 'no'));
    buttonNamed(recents, 'Call Mina Kim').click();
    await drawn();
    expect(alertElement()).to.equal(null);
    call.show(onlyHeld);
    await drawn();
    buttonNamed(recents, 'Call Mina Kim').click();
    await drawn();
    expect(textOf(alertElement()!)).to.contain('That did not work');
  });

  it('deletes a call, announces it, and moves the focus to the next one', async () => {
    const { recents, call } = await listed({ calls: [line(3), line(2), line(1)] });
    const gone: unknown[] = [];
    recents.addEventListener('recents-deleted', ({ detail }) => gone.push(...detail.callIds));
    for (const [id, next] of [
      ['call-2', 'call-1'],
      ['call-1', 'call-3'],
      ['call-3', undefined],
    ] as const) {
      const button = deleteButton(recents, id);
      button.focus();
      button.click();
      await drawn();
      expect(focusedRow(recents)).to.equal(next);
    }
    expect(gone).to.deep.equal(['call-2', 'call-1', 'call-3']);
    expect(call.recent).to.deep.equal([]);
    expect(statusOf(recents)).to.equal('Call with Mina Kim deleted');
    expect(recents.shadowRoot?.activeElement?.id).to.equal('title');
    expect(textOf(recents)).to.contain('No calls yet');
  });

  it('keeps a call that could not be deleted, and shows the reason', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    call.refusals.set('deleteRecentCalls', new CallError('signaling-failed', 'no'));
    deleteButton(recents, 'call-1').click();
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-1']);
    expect(textOf(recents)).to.contain('The call service cannot be reached');
    expect(recents.renderRoot.querySelector('.leaving')).to.equal(null);
  });

  it('deletes all only after a confirmation', async () => {
    const { recents, call } = await listed({ calls: [line(2), line(1)], pageSize: 1 });
    buttonNamed(recents, 'Delete all').click();
    await drawn();
    expect(textOf(recents)).to.contain('Delete all calls from your list?');
    expect(recents.shadowRoot?.activeElement?.id).to.equal('title');
    buttonNamed(recents, 'Cancel').click();
    await drawn();
    expect(call.recent.length).to.equal(2);
    buttonNamed(recents, 'Delete all').click();
    await drawn();
    buttonNamed(recents, 'Delete all').click();
    await drawn();
    expect(call.recent).to.deep.equal([]);
    expect(textOf(recents)).to.contain('No calls yet');
  });

  it('is usable with the keyboard: arrow keys move, Delete deletes, Escape cancels', async () => {
    const { recents, call } = await listed({ calls: [line(2), line(1)] });
    deleteButton(recents, 'call-2').focus();
    press(recents, 'ArrowDown');
    expect(focusedRow(recents)).to.equal('call-1');
    press(recents, 'ArrowDown');
    expect(focusedRow(recents)).to.equal('call-1');
    press(recents, 'ArrowUp');
    expect(focusedRow(recents)).to.equal('call-2');
    press(recents, 'Delete');
    await drawn();
    expect(call.recent.map(({ callId }) => callId)).to.deep.equal(['call-1']);
    buttonNamed(recents, 'Delete all').click();
    await drawn();
    press(recents, 'Escape');
    await drawn();
    expect(textOf(recents)).to.contain('Recent calls');
    expect(recents.shadowRoot?.activeElement?.id).to.equal('clear');
  });

  it('does not load the picture of an unknown caller of an unanswered call', async () => {
    const avatar = 'https://elsewhere.example/mina.png';
    const peers = [{ ...peer('mina'), avatar }];
    const { recents } = await listed({
      calls: [
        recent('1', { peers, startedAt: 2 }),
        recent('2', { peers, outcome: 'answered', startedAt: 1 }),
      ],
    });
    const trusted = [...recents.renderRoot.querySelectorAll('tui-call-avatar')].map(
      (one) => one.trusted,
    );
    expect(trusted).to.deep.equal([['https://calls.example'], undefined]);
  });

  it('shows names as text, with any characters', async () => {
    const name = '<img src=x onerror=alert(1)> \u202Eevil';
    const { recents } = await listed({ calls: [recent('1', { peers: [peer('mina', name)] })] });
    expect(textOf(recents.renderRoot.querySelector('.who')!)).to.equal(
      '<img src=x onerror=alert(1)> evil',
    );
  });

  it('has the language and theme of its tui-call, and changes with it', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    const panel = () => recents.renderRoot.querySelector<HTMLElement>('.panel')!;
    call.lang = 'ar';
    call.theme = 'dark';
    await languageArrives(recents, 'المكالمات الأخيرة');
    expect(panel().dir).to.equal('rtl');
    expect(panel().classList.contains('dark')).to.equal(true);
    recents.lang = 'de';
    recents.theme = 'light';
    await languageArrives(recents, 'Letzte Anrufe');
    expect(panel().dir).to.equal('');
    expect(panel().classList.contains('light')).to.equal(true);
  });

  it('finds the element by its id, also if it is inserted later', async () => {
    const page = await fixture<HTMLElement>(html`<div></div>`);
    page.attachShadow({ mode: 'open' });
    const recents = document.createElement('tui-call-recents');
    recents.setAttribute('for', 'widget');
    page.shadowRoot?.append(recents);
    await drawn();
    expect(textOf(recents)).to.contain('not signed in');
    const call = callWith([line(1)]);
    call.id = 'widget';
    page.shadowRoot?.append(call);
    call.show({ ...idle, nickname: 'Alice' });
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-1']);
  });

  it('shows the list of another element that is set', async () => {
    const { recents } = await listed({ calls: [line(1)] });
    recents.call = callWith([line(7)]);
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-7']);
  });

  it('subscribes only while it is in the document', async () => {
    const { recents, call } = await listed({ calls: [line(1)] });
    const parent = recents.parentElement;
    recents.remove();
    call.dispatchEvent(new CustomEvent('call-end'));
    call.show({ ...idle, nickname: 'A' });
    await drawn();
    expect(call.asked.length).to.equal(1);
    call.recent = [line(2), ...call.recent];
    parent?.append(recents);
    await drawn();
    expect(idsOf(recents)).to.deep.equal(['call-2', 'call-1']);
  });
});

interface Scene {
  readonly calls?: FakeRecentsCall['recent'];
  readonly state?: FakeRecentsCall['state'];
  readonly refuses?: string;
  readonly keepsAnswers?: boolean;
  readonly pageSize?: number;
}

async function listed({ calls = [], state = idle, refuses, keepsAnswers, pageSize }: Scene) {
  const call = callWith(calls);
  call.state = state;
  call.keepsAnswers = keepsAnswers ?? false;
  if (refuses) call.refusals.set(refuses, new Error('refused'));
  const recents = await fixture<TuiCallRecents>(
    html`<tui-call-recents .call=${call} page-size=${pageSize ?? 20}></tui-call-recents>`,
  );
  await drawn();
  return { recents, call };
}

function callWith(calls: FakeRecentsCall['recent']): FakeRecentsCall {
  const call = new FakeRecentsCall();
  call.recent = calls;
  return call;
}

const idsOf = (recents: TuiCallRecents): (string | undefined)[] =>
  [...recents.renderRoot.querySelectorAll('li')].map((row) => row.dataset['call']);

const statusOf = (recents: TuiCallRecents): string =>
  textOf([...recents.renderRoot.querySelectorAll('[role=status]')].at(-1)!);

const focusedRow = (recents: TuiCallRecents): string | undefined =>
  recents.shadowRoot?.activeElement?.closest('li')?.dataset['call'];

function deleteButton(recents: TuiCallRecents, callId: string): HTMLElement {
  return recents.renderRoot.querySelector<HTMLElement>(`[data-call="${callId}"] .delete`)!;
}

function press(recents: TuiCallRecents, key: string): void {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, composed: true });
  recents.shadowRoot?.activeElement?.dispatchEvent(event);
}

/** A language loads lazily, here from the server of the test. */
async function languageArrives(recents: TuiCallRecents, title: string): Promise<void> {
  while (textOf(recents.renderRoot.querySelector('h2')!) !== title) await drawn();
}

/** The lower edge of the last text of an element. */
function textBottom(element: HTMLElement): number {
  const texts = [...element.childNodes].filter(
    (node) => node instanceof Text && node.textContent?.trim(),
  );
  const range = document.createRange();
  range.selectNodeContents(texts.at(-1)!);
  return range.getBoundingClientRect().bottom;
}
