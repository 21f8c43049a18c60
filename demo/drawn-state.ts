import { fullMessages } from '../components/shared/full-messages-controller.ts';
import { loadMessages } from '../components/messages/load-messages.ts';
import type { Messages } from '../components/messages/en.ts';
import { register, TuiCall } from '../components/tui-call/index.ts';
import { TuiCallRecents } from '../components/tui-call/recents.ts';
import type { VideoSource } from '../components/shared/call-context.ts';
import type { CallSnapshot } from '../src/engine/api/snapshot.ts';
import { FakeDependencies } from '../test/fakes/fake-engine.ts';
import { FakeRecentsCall } from '../test/fakes/fake-recents-call.ts';
import { drawnPicture } from './drawn-picture.ts';
import type { NamedState } from './states-list.ts';

/** Attributes with which a state is shown. */
export interface StateOptions {
  readonly mode: TuiCall['mode'];
  readonly lang: string;
}

/** An element that shows a state. `shown` settles when it is rendered, with its menu or panel open. */
export interface RenderedState {
  readonly element: HTMLElement;
  readonly shown: Promise<void>;
}

class RenderedDependencies extends FakeDependencies {
  /** The time advances, so that timers run and idle controls fade. */
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
  readonly rendered = new RenderedDependencies();

  protected override createDependencies(): RenderedDependencies {
    return this.rendered;
  }

  show(state: CallSnapshot): void {
    this.rendered.engine.show(state);
  }
}

register({ 'state-call': StateCall });

/** Creates the element of a state. It renders the state when it is in the document. */
export function drawState(named: NamedState, look: StateOptions): RenderedState {
  return named.recents === undefined ? drawCall(named, look) : drawRecents(named, look);
}

function drawCall(named: NamedState, { mode, lang }: StateOptions): RenderedState {
  const call = new StateCall();
  call.mode = mode;
  call.lang = lang;
  call.layout = named.layout ?? 'auto';
  call.contacts = named.contacts ?? null;
  call.rendered.online = !named.offline;
  Object.assign(call, named.set);
  for (const [slot, content] of Object.entries(named.regions ?? {})) {
    const region = typeof content === 'string' ? paragraph(content) : content();
    call.append(Object.assign(region, { slot }));
  }
  for (const [name, value] of Object.entries(named.look ?? {})) call.style.setProperty(name, value);
  const { minimised, ringBlocked, open, press } = named;
  const shown = Promise.resolve().then(async () => {
    call.show(named.state);
    if (ringBlocked) call.rendered.ringer.block(true);
    if (minimised) await call.minimise(true);
    if (open) await openPart(call, open);
    if (press) await pressIn(call, press(await wordsOf(lang)));
    await call.updateComplete;
  });
  return { element: call, shown };
}

const paragraph = (textContent: string): HTMLElement =>
  Object.assign(document.createElement('p'), { textContent });

function drawRecents({ state, recents, press }: NamedState, { lang }: StateOptions): RenderedState {
  const call = new FakeRecentsCall();
  call.state = state;
  call.keepsAnswers = recents === 'loading';
  if (recents === null) call.refusals.set('queryRecentCalls', new Error('refused'));
  if (Array.isArray(recents)) call.recent = recents;
  const list = new TuiCallRecents();
  list.call = call;
  list.lang = lang;
  list.pageSize = 6;
  const shown = wordsOf(lang).then(async (messages) => {
    if (press) await pressIn(list, press(messages));
    await list.updateComplete;
  });
  return { element: list, shown };
}

async function wordsOf(lang: string): Promise<Messages> {
  return fullMessages(await loadMessages(lang));
}

/** Opens a menu or panel through its button. */
async function openPart(call: StateCall, part: 'menu' | 'people' | 'invite'): Promise<void> {
  const stage = await appears(call, 'tui-call-stage');
  if (part === 'menu') {
    const controls = await appears(stage, 'tui-call-controls');
    await appears(controls, 'tui-call-button');
    controls.shadowRoot?.querySelector<HTMLElement>('#more')?.click();
    await appears(controls, 'tui-call-devices');
    return;
  }
  await appears(stage, 'tui-call-button');
  stage.shadowRoot?.querySelector<HTMLElement>('#people')?.click();
  const people = await appears(stage, 'tui-call-people');
  await appears(people, 'tui-call-button');
  if (part === 'people') return;
  people.shadowRoot?.querySelector<HTMLElement>('.add')?.click();
  const invite = await appears(people, 'tui-call-invite');
  await appears(invite, 'tui-call-avatar');
  invite.shadowRoot?.querySelectorAll<HTMLElement>('[role=option]').item(2).click();
}

async function pressIn(element: HTMLElement, name: string): Promise<void> {
  const found = buttonsIn(element).find(
    (button) => (button.ariaLabel ?? button.textContent.trim()) === name,
  );
  if (found) return found.click();
  await new Promise(requestAnimationFrame);
  return pressIn(element, name);
}

function buttonsIn(element: Element): HTMLElement[] {
  return [...(element.shadowRoot?.querySelectorAll('*') ?? [])].flatMap((inside) =>
    inside instanceof HTMLButtonElement ? [inside] : buttonsIn(inside),
  );
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
