import { expect, waitUntil } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { deepAll, drawn, nameOf, textOf } from '../test/support/draw.ts';
import type { TuiCallButton } from '../components/tui-call-button/tui-call-button.ts';
import { ancestorsOf, deepElementFromPoint } from '../components/shared/focus.ts';
import { safeName } from '../components/shared/names.ts';
import type { RecentCall } from '../src/protocol/index.ts';
import { en } from '../components/messages/en.ts';
import { withEffects, type Labels } from '../components/messages/en-effects.ts';
import { drawState } from './drawn-state.ts';
import { STATES, type NamedState } from './states-list.ts';

/*
 * Requirements of every screen in every state, in all languages, from desktop width down to 320 CSS pixels (a page of
 * 1280 at a zoom of 400 %).
 */

const LANGUAGES = ['en', 'de', 'es', 'fr', 'zh', 'ar', 'ja', 'ko', 'pt', 'ru', 'hi'];
const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
  { width: 320, height: 640 },
];

/** Small windows. The second one is a window of 1280 × 1024 at a zoom of 400 %. */
const SMALL_SIZES = [
  { width: 480, height: 320 },
  { width: 320, height: 256 },
  { width: 400, height: 300 },
];

/** Names of users and devices in the states, the longest first, because some contain others. */
const NAMES = STATES.flatMap(namesIn)
  .map(safeName)
  .filter(Boolean)
  .sort((a, b) => b.length - a.length);

/** Names that are the same in every language. */
const BRANDS = ['Chrome', 'Edge', 'Firefox', 'Safari', 'https', 'VPN'];

/** Texts that may be cut: long names, several names in a line, and names in the smallest tiles. */
const MAY_BE_CUT = /Wilhelmina|<img|Jonas P\.\u2069?.+2|Person 1\d/;

describe('every screen in every state', () => {
  it('shows no English text in a language with another script', async () => {
    const english = (await shownIn('ar')).filter(hasNoOwnWords).flatMap(({ name, element }) =>
      textsIn(element)
        .map(withoutNames)
        .filter((text) => /[a-z]{2}/.test(text))
        .map((text) => `${name}: ${text}`),
    );
    expect(english).to.deep.equal([]);
  });

  for (const lang of LANGUAGES) {
    it(`shows every text in full down to 320 pixels (${lang})`, async () => {
      const all = await shownIn(lang);
      for (const size of SIZES) {
        await laidOut(size);
        const cut = all.flatMap(({ name, element }) =>
          deepAll(element, '*')
            .filter((inside) => isCut(inside) && !MAY_BE_CUT.test(inside.textContent))
            .map((inside) => `${name}: ${textOf(inside)}`),
        );
        expect(cut, `at ${size.width}`).to.deep.equal([]);
      }
    });

    it(`shows every button in full, without overlap (${lang})`, async () => {
      const all = await shownIn(lang);
      for (const size of SIZES) {
        await laidOut(size);
        const wrong = all.flatMap(({ name, element }) =>
          wrongButtons(element).map((button) => `${name}: ${button}`),
        );
        expect(wrong, `at ${size.width}`).to.deep.equal([]);
      }
    });
  }

  it('keeps the line of a tile above its name', async () => {
    for (const lang of ['de', 'ko']) {
      const all = await shownIn(lang);
      for (const size of SIZES) {
        await laidOut(size);
        const covered = all.flatMap(({ name, element }) =>
          deepAll(element, 'tui-call-tile')
            .filter(nameCoversLine)
            .map(() => name),
        );
        expect(covered, `${lang} at ${size.width}`).to.deep.equal([]);
      }
    }
  });

  it('breaks Korean lines between words only', async () => {
    const texts = (await shownIn('ko')).flatMap(({ element }) =>
      deepAll(element, '.advice, .about, .line'),
    );
    expect(texts).to.not.be.empty;
    const breaks = texts.map((text) => getComputedStyle(text).wordBreak);
    expect(new Set(breaks)).to.deep.equal(new Set(['keep-all']));
  });

  it('balances the lines of a title', async () => {
    const titles = (await shownIn('ja')).flatMap(({ element }) => deepAll(element, '.card .title'));
    expect(titles).to.not.be.empty;
    const styles = titles.map((title) =>
      getComputedStyle(title).getPropertyValue('text-wrap-style'),
    );
    expect(new Set(styles)).to.deep.equal(new Set(['balance']));
  });

  it('shows long words in full, and none but those of the messages', async () => {
    const all = await shownIn('en');
    const ordinary = all.filter((one) => hasNoOwnWords(one) && !one.name.startsWith('recents'));
    for (const { element } of ordinary)
      Object.assign(element, { labels: pseudo(withEffects(en)) as Labels });
    await laidOut({ width: 390, height: 844 });
    await waitUntil(() => textOf(ordinary[0]!.element).includes('⟦'));
    const plain = ordinary.flatMap(({ name, element }) =>
      textsIn(element)
        .filter((text) => !withoutMessages(element).has(text))
        .map((text) => withoutNames(withoutBrackets(text)))
        .filter((text) => /\p{L}{2}/u.test(text))
        .map((text) => `${name}: ${text}`),
    );
    expect(plain).to.deep.equal([]);
    const cut = ordinary.flatMap(({ name, element }) =>
      deepAll(element, '*')
        .filter((inside) => isCut(inside) && !MAY_BE_CUT.test(inside.textContent))
        .map((inside) => `${name}: ${textOf(inside)}`),
    );
    expect(cut).to.deep.equal([]);
    for (const { element } of ordinary) Object.assign(element, { labels: {} });
    await drawn();
  });

  it('does not cover the call controls with the people panel', async () => {
    const all = (await shownIn('en')).filter(({ element }) => panelsOf(element).length > 0);
    expect(all.map(({ name }) => name))
      .to.contain('people')
      .and.to.contain('invite');
    for (const size of SIZES) {
      await laidOut(size);
      const covered = all.flatMap(({ name, element }) =>
        deepAll(element, 'tui-call-controls').flatMap((controls) =>
          panelsOf(element)
            .filter((panel) =>
              overlap(controls.getBoundingClientRect(), panel.getBoundingClientRect()),
            )
            .map(() => name),
        ),
      );
      expect(covered, `at ${size.width}`).to.deep.equal([]);
    }
  });

  it('has every action within reach of a press in a small window', async () => {
    const all = await shownIn('de');
    const missing: string[] = [];
    for (const size of SMALL_SIZES) {
      await laidOut(size);
      for (const { name, element } of all) {
        for (const other of all) other.element.hidden = other.element !== element;
        for (const stage of deepAll(element, '.stage'))
          stage.dispatchEvent(new PointerEvent('pointermove'));
        await drawn();
        const actions = deepAll(element, 'button, input').filter(isOutOfReach);
        missing.push(...actions.map((one) => `${size.width}, ${name}: ${nameOf(one)}`));
      }
      for (const { element } of all) element.hidden = false;
    }
    expect(missing).to.deep.equal([]);
  });

  it('cuts a name at its own end, also in a right-to-left language', async () => {
    const all = await shownIn('ar');
    await laidOut({ width: 320, height: 640 });
    const cut = all
      .flatMap(({ element }) => deepAll(element, '*'))
      .filter((inside) => isCut(inside) && /^[\x20-\x7e]/.test(textOf(inside)));
    expect(cut.map(textOf).join()).to.contain('Wilhelmina').and.to.contain('<img');
    const directions = cut.map((inside) => getComputedStyle(inside).direction);
    expect(new Set(directions)).to.deep.equal(new Set(['ltr']));
  });
});

/**
 * A language of its own for tests: each message between brackets and a third longer, as translations are. A text without
 * brackets does not come from the messages.
 */
function pseudo(messages: unknown): unknown {
  if (typeof messages === 'string') return longer(messages);
  if (Array.isArray(messages)) return messages.map(pseudo);
  if (typeof messages === 'function')
    return (...values: unknown[]) => longer(String(Reflect.apply(messages, undefined, values)));
  const entries = Object.entries(messages as object);
  return Object.fromEntries(entries.map(([key, message]) => [key, pseudo(message)]));
}

function longer(text: string): string {
  return `⟦${text}${'~'.repeat(Math.ceil(text.length / 3))}⟧`;
}

/** A message may contain another one. */
function withoutBrackets(text: string): string {
  const rest = text.replace(/⟦[^⟦⟧]*⟧/g, '');
  return rest === text ? text : withoutBrackets(rest);
}

/** Initials, and the last announcement, which stays in its language. */
const withoutMessages = (element: HTMLElement): ReadonlySet<string> =>
  new Set(deepAll(element, '[role=status], .picture').map(textOf));

/** False for states in which the page sets words of its own. */
const hasNoOwnWords = ({ name }: { readonly name: string }): boolean =>
  !/^(own|example)-/.test(name);

/** Rendered once: a language or a size only changes the layout of the same screens. */
const drawnOnce = drawAll();

async function drawAll() {
  const place = document.createElement('main');
  // Transparent: painting seventy overlapping windows would take a second each time.
  const parts = ['window', 'card', 'strip', 'pill'].map((part) => `state-call::part(${part})`);
  const style = document.createElement('style');
  style.textContent = `main, ${parts.join()} { opacity: 0 } [hidden] { display: none !important }`;
  document.body.append(style, place);
  const draw = async (states: readonly NamedState[]) => {
    const all = states.map((named) => ({
      name: named.name,
      ...drawState(named, { mode: 'floating', lang: 'ar' }),
    }));
    place.append(...all.map(({ element }) => element));
    await Promise.all(all.map(({ shown }) => shown));
    return all;
  };
  // A change of focus closes a menu: states with a menu are rendered last.
  const others = await draw(STATES.filter(({ open }) => open !== 'menu'));
  return [...others, ...(await draw(STATES.filter(({ open }) => open === 'menu')))];
}

async function shownIn(lang: string) {
  const all = await drawnOnce;
  for (const { element } of all) element.lang = lang;
  await drawn();
  return all;
}

async function laidOut(size: { width: number; height: number }): Promise<void> {
  await setViewport(size);
  await drawn();
}

function namesIn({ state, contacts = [], recents }: NamedState): readonly string[] {
  const { members, held, waiting, elsewhere, devices } = state;
  const calls: readonly RecentCall[] = Array.isArray(recents) ? recents : [];
  return [
    ...[...members, ...held, ...contacts].map(({ name }) => name),
    ...[waiting, elsewhere].map((call) => call?.name ?? ''),
    ...[...devices.microphones, ...devices.cameras].map(({ label }) => label),
    ...calls.flatMap(({ peers }) => peers.map(({ nickname, userId }) => nickname || userId)),
  ];
}

/** All visible texts and accessible names. */
function textsIn(element: HTMLElement): string[] {
  const named = deepAll(element, '[aria-label], [title], [placeholder]').flatMap((inside) =>
    ['aria-label', 'title', 'placeholder'].map((name) => inside.getAttribute(name) ?? ''),
  );
  const texts = deepAll(element, '*').map((inside) =>
    [...inside.childNodes].map((node) => (node instanceof Text ? node.data : '')).join(' '),
  );
  return [...named, ...texts].map((text) => text.replace(/\s+/g, ' ').trim()).filter(Boolean);
}

function withoutNames(text: string): string {
  return [...NAMES, ...BRANDS].reduce((rest, name) => rest.replaceAll(name, ''), text);
}

/**
 * True if a press at the middle of the element, scrolled into view, would not reach it. What the user can close may
 * cover the header and the tiles, but not the bar of buttons.
 */
function isOutOfReach(action: HTMLElement): boolean {
  if (!action.checkVisibility({ visibilityProperty: true })) return false;
  action.scrollIntoView({ block: 'center', inline: 'center' });
  const { left, top, width, height } = action.getBoundingClientRect();
  const hit = deepElementFromPoint(left + width / 2, top + height / 2);
  const around = ancestorsOf(hit);
  if (around.includes(action)) return false;
  const mayBeCovered = !ancestorsOf(action).some((one) => one.matches('.foot, .card, .panel'));
  return !(mayBeCovered && around.some((one) => one.matches('.card, .menu, .panel, .strip')));
}

function isCut(element: HTMLElement): boolean {
  // Only for screen readers.
  if (element.matches('.unseen')) return false;
  const { textOverflow, overflowY } = getComputedStyle(element);
  const [wide, high] = [
    element.scrollWidth - element.clientWidth,
    element.scrollHeight - element.clientHeight,
  ];
  if (element.localName === 'button') return wide > 1 || high > 1;
  if (textOverflow === 'ellipsis') return wide > 0 || high > 1;
  return overflowY === 'hidden' && element.childElementCount === 0 && high > 1;
}

function panelsOf(element: HTMLElement): HTMLElement[] {
  return deepAll(element, 'tui-call-people');
}

/** Buttons that are cut, too small, or overlap another one of the same bar, card or panel. */
function wrongButtons(element: HTMLElement): string[] {
  const buttons = deepAll(element, 'tui-call-button').filter(
    // Rows of a list scroll.
    (button) => button.checkVisibility({ visibilityProperty: true }) && !button.closest('li'),
  );
  return buttons.flatMap((button, i) => {
    const box = boxOf(button);
    const { label } = button as TuiCallButton;
    const over = buttons
      .slice(i + 1)
      .filter((other) => other.getRootNode() === button.getRootNode() && overlap(box, boxOf(other)))
      .map((other) => `${label} is over ${(other as TuiCallButton).label}`);
    if (box.left < 0 || box.right > window.innerWidth) over.push(`${label} is not on the page`);
    if (box.width < 24 || box.height < 24) over.push(`${label} is small`);
    return over;
  });
}

/** The box of the inner button: its host element may be smaller. */
function boxOf(button: HTMLElement): DOMRect {
  return button.shadowRoot!.querySelector('button')!.getBoundingClientRect();
}

/** Whether the name of a tile covers the line below its avatar. */
function nameCoversLine(tile: HTMLElement): boolean {
  const [line] = deepAll(tile, '.face > .state');
  const [plate] = deepAll(tile, '.plate');
  return (
    line !== undefined &&
    plate !== undefined &&
    getComputedStyle(line).clipPath === 'none' &&
    overlap(line.getBoundingClientRect(), plate.getBoundingClientRect())
  );
}

function overlap(one: DOMRect, other: DOMRect): boolean {
  const within = Math.min(one.right, other.right) - Math.max(one.left, other.left);
  const along = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
  return within > 1 && along > 1;
}
