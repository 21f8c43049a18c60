import { fixture, html, nextFrame } from '@open-wc/testing';
import { css, LitElement, type TemplateResult } from 'lit';
import {
  provideCallContext,
  type CallContextValue,
  type VideoSource,
  type ViewSettings,
} from '../../components/shared/call-context.ts';
import { NOT_CUSTOMISED } from '../../components/shared/customisation.ts';
import type { Intent } from '../../components/shared/events.ts';
import { en } from '../../components/messages/en.ts';
import { tokens } from '../../components/styles/tokens.ts';
// Loaded in advance, so that tests do not depend on the time of a fetch.
import '../../components/tui-call/view/call-renderer.ts';
import '../../components/tui-call/view/page-customisation.ts';
import '../../components/tui-call/view/window-moves.ts';
import { otherCallScreens } from '../../components/tui-call/view/screens/other-call-screens.ts';
import { effectsScreens } from '../../components/tui-call/view/screens/effects-screens.ts';
import { callScreens } from '../../components/tui-call/view/screens/call-screens.ts';
import { pillScreens } from '../../components/tui-call/view/screens/pill-screens.ts';
import { menuScreens } from '../../components/tui-call/view/screens/menu-screens.ts';
import { problemScreens } from '../../components/tui-call/view/screens/problem-screens.ts';
import { peopleScreens } from '../../components/tui-call/view/screens/people-screens.ts';
import { register } from '../../components/shared/register.ts';
import { NO_MEDIA_EFFECTS } from '../../src/engine/api/media-effects.ts';
import type { CallSnapshot } from '../../src/engine/api/snapshot.ts';

export const plainView: ViewSettings = {
  messages: en,
  layout: 'auto',
  fillMode: 'cover',
  pinned: null,
  custom: NOT_CUSTOMISED,
  contacts: null,
  effects: NO_MEDIA_EFFECTS,
  backgrounds: [],
  canShareScreen: true,
  canFullscreen: true,
  fullscreen: false,
  canMinimise: true,
  online: true,
  ringBlocked: false,
  trustedOrigins: [],
};

/** The context of a component, controlled by a test. */
export class FakeCallContext implements CallContextValue {
  state: CallSnapshot;
  view: ViewSettings;
  time = 134_000;
  readonly pictures = new Map<HTMLVideoElement, VideoSource>();
  /** What drawBackgrounds() returns. */
  previews: readonly (ImageBitmap | null)[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(state: CallSnapshot, view: Partial<ViewSettings>) {
    this.state = state;
    this.view = { ...plainView, ...view };
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  show(state: CallSnapshot): void {
    this.state = state;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  attachVideo(source: VideoSource, video: HTMLVideoElement): () => void {
    this.pictures.set(video, source);
    return () => this.pictures.delete(video);
  }

  async drawBackgrounds(): Promise<readonly (ImageBitmap | null)[]> {
    return this.previews;
  }

  now(): number {
    return this.time;
  }
}

class TestContext extends LitElement {
  static override styles = [
    tokens,
    css`
      :host {
        display: block;
        inline-size: 420px;
        block-size: 376px;
        background: var(--_stage);
        color: var(--_on-stage);
        font-family: sans-serif;
      }
    `,
  ];

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

register({
  ...callScreens,
  ...otherCallScreens,
  ...peopleScreens,
  ...effectsScreens,
  ...menuScreens,
  ...pillScreens,
  ...problemScreens,
  'test-stage': TestContext,
});

export interface Drawn<E extends Element> {
  readonly element: E;
  readonly scene: FakeCallContext;
  /** The requests of the component, in order. */
  readonly intents: Intent[];
}

/** Renders a component in a state, inside an element that provides the call context. */
export async function draw<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  state: CallSnapshot,
  {
    view = {},
    set = {},
    previews = [],
  }: {
    previews?: readonly (ImageBitmap | null)[];
    view?: Partial<ViewSettings>;
    set?: Partial<HTMLElementTagNameMap[Tag]>;
  } = {},
): Promise<Drawn<HTMLElementTagNameMap[Tag]>> {
  const scene = new FakeCallContext(state, view);
  scene.previews = previews;
  const intents: Intent[] = [];
  const stage = await fixture<TestContext>(html`<test-stage></test-stage>`);
  provideCallContext(stage, scene);
  stage.addEventListener('tui-intent', ({ intent }) => {
    // As the element does.
    if (intent.type !== 'pin') return intents.push(intent);
    scene.view = { ...scene.view, pinned: intent.tile };
    return scene.show(scene.state);
  });
  const element = Object.assign(document.createElement(tag), set);
  stage.append(element);
  await drawn();
  return { element, scene, intents };
}

/** Resolves after all pending updates are rendered, also those of nested components. */
export async function drawn(): Promise<void> {
  await nextFrame();
  await nextFrame();
}

/** After all transitions have finished. */
export async function arrived(root: Element): Promise<void> {
  await Promise.all((root.shadowRoot?.getAnimations() ?? []).map(({ finished }) => finished));
}

/** All content, through open shadow roots. */
export function deepAll<E extends Element = HTMLElement>(
  root: Element | ShadowRoot,
  selector: string,
): E[] {
  const inside = root instanceof Element ? root.shadowRoot : root;
  const own = [
    ...root.querySelectorAll<E>(selector),
    ...(inside && inside !== root ? deepAll<E>(inside, selector) : []),
  ];
  const within = [...root.querySelectorAll('*')].flatMap((child) =>
    child.shadowRoot ? deepAll<E>(child.shadowRoot, selector) : [],
  );
  return [...new Set([...own, ...within])];
}

export function nameOf(button: Element): string {
  return button.getAttribute('aria-label') ?? button.textContent.trim();
}

/** The names of all visible buttons, in order. */
export function buttonNames(root: Element): string[] {
  return deepAll(root, 'button').map(nameOf);
}

export function buttonNamed(root: Element, name: string): HTMLElement {
  const found = deepAll(root, 'button').find((button) => nameOf(button) === name);
  if (!found) throw new Error(`no button “${name}” among ${buttonNames(root).join(', ')}`);
  return found;
}

/** All visible text. */
export function textOf(root: Element): string {
  const read = (node: Node): string => {
    if (node instanceof HTMLStyleElement) return '';
    if (node instanceof Text) return node.data;
    const children =
      node instanceof Element && node.shadowRoot ? node.shadowRoot.childNodes : node.childNodes;
    return [...children].map(read).join(' ');
  };
  return read(root).replace(/\s+/g, ' ').trim();
}
