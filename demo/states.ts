import { register, TuiCall } from '../components/tui-call/index.ts';
import { TuiCallRecents } from '../components/tui-call/recents.ts';
import type { VideoSource } from '../components/call-context.ts';
import type { CallSnapshot } from '../src/engine/snapshot.ts';
import { FakeParts } from '../test/fakes/fake-engine.ts';
import { FakeRecentsCall } from '../test/fakes/fake-recents-call.ts';
import { drawnPicture } from './drawn-picture.ts';
import { STATES, type NamedState } from './states-list.ts';

/**
 * Every screen in every state, on a fake engine. `?only=name` shows one on a page of its own, as a
 * page would have it; `&mode=`, `&theme=`, `&lang=`, `&dir=` set the element's attributes.
 */

class DrawnParts extends FakeParts {
  /** Time goes on here, so that clocks run and resting controls leave. */
  override now(): number {
    return this.time + performance.now();
  }

  override attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    const release = super.attachVideo(source, video);
    video.srcObject = drawnPicture(source);
    return () => {
      video.srcObject = null;
      release();
    };
  }
}

class StateCall extends TuiCall {
  readonly parts = new DrawnParts();

  protected override createParts(): DrawnParts {
    return this.parts;
  }

  show(state: CallSnapshot): void {
    this.parts.engine.show(state);
  }
}

register({ 'state-call': StateCall });

const wishes = new URLSearchParams(location.search);
const only = wishes.get('only');
const root = document.documentElement;
root.dir = wishes.get('dir') ?? '';
root.lang = wishes.get('lang') ?? 'en';
if (wishes.has('theme')) root.className = wishes.get('theme') ?? '';

const main = document.querySelector('main');
if (only) showOne(STATES.find(({ name }) => name === only));
else for (const state of STATES) main?.append(figureOf(state));

function figureOf(named: NamedState): HTMLElement {
  const figure = document.createElement('figure');
  figure.className = named.shape;
  figure.id = named.name;
  const caption = document.createElement('figcaption');
  caption.textContent = named.name.replaceAll('-', ' ');
  const place = document.createElement('div');
  figure.append(caption, place);
  place.append(named.recents === undefined ? callIn(named, 'inline') : recentsIn(named));
  return figure;
}

function showOne(named: NamedState | undefined): void {
  const text = document.createElement('div');
  text.className = 'page';
  text.textContent = 'Somebody else’s page. '.repeat(60);
  if (named?.recents !== undefined) {
    main?.replaceWith(recentsIn(named));
    root.classList.add('alone');
    return;
  }
  main?.replaceWith(text);
  if (named) document.body.append(callIn(named, wishes.get('mode') ?? 'floating'));
}

function callIn(
  { state, minimised, ringBlocked, layout, offline, open, contacts, press }: NamedState,
  mode: string,
): StateCall {
  const call = new StateCall();
  call.mode = mode as StateCall['mode'];
  call.layout = layout ?? 'auto';
  call.contacts = contacts ?? null;
  call.parts.online = !offline;
  void Promise.resolve().then(async () => {
    call.show(state);
    if (ringBlocked) call.parts.ringer.block(true);
    if (minimised) await call.minimise(true);
    if (open) await openPart(call, open);
    if (press) await pressIn(call, press);
  });
  return call;
}

function recentsIn({ state, recents, press }: NamedState): TuiCallRecents {
  const call = new FakeRecentsCall();
  call.state = state;
  call.keepsAnswers = recents === 'loading';
  if (recents === null) call.refusals.set('queryRecentCalls', new Error('refused'));
  if (Array.isArray(recents)) call.recent = recents;
  const list = new TuiCallRecents();
  list.call = call;
  list.lang = root.lang;
  list.pageSize = 6;
  if (press)
    list.addEventListener(
      'recents-changed',
      () =>
        void list.updateComplete.then(() =>
          list.shadowRoot?.querySelector<HTMLElement>('#clear')?.click(),
        ),
      { once: true },
    );
  return list;
}

/** Opens what is behind a button, as a person would. */
async function openPart(call: StateCall, part: 'menu' | 'people' | 'invite'): Promise<void> {
  const stage = await appears(call, 'tui-call-stage');
  if (part === 'menu') {
    const controls = await appears(stage, 'tui-call-controls');
    await appears(controls, 'tui-call-button');
    controls.shadowRoot?.querySelector<HTMLElement>('#more')?.click();
    return;
  }
  await appears(stage, 'tui-call-button');
  stage.shadowRoot?.querySelector<HTMLElement>('#people')?.click();
  if (part === 'people') return;
  const people = await appears(stage, 'tui-call-people');
  await appears(people, 'tui-call-button');
  people.shadowRoot?.querySelector<HTMLElement>('.add')?.click();
  const invite = await appears(people, 'tui-call-invite');
  await appears(invite, 'tui-call-avatar');
  invite.shadowRoot?.querySelectorAll<HTMLElement>('[role=option]').item(2).click();
}

async function pressIn(call: StateCall, name: string): Promise<void> {
  const stage = await appears(call, 'tui-call-stage');
  const grid = await appears(stage, 'tui-call-grid');
  await appears(grid, 'tui-call-tile');
  grid.shadowRoot?.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click();
}

async function appears<Tag extends keyof HTMLElementTagNameMap>(
  inside: Element,
  tag: Tag,
): Promise<HTMLElementTagNameMap[Tag]> {
  const found = inside.shadowRoot?.querySelector(tag);
  if (found) return found;
  await new Promise(requestAnimationFrame);
  return appears(inside, tag);
}

declare global {
  interface HTMLElementTagNameMap {
    'state-call': StateCall;
  }
}
