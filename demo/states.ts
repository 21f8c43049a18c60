import { drawState, type StateOptions } from './drawn-state.ts';
import { STATES, type NamedState } from './states-list.ts';

/**
 * Shows every screen in every state, on a fake engine. `?only=name` shows one state in the whole page; `&mode=`,
 * `&theme=`, `&lang=`, `&dir=` set the element's attributes.
 */

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
  place.append(drawState(named, { mode: 'inline', lang: root.lang }).element);
  return figure;
}

function showOne(named: NamedState | undefined): void {
  const text = document.createElement('div');
  text.className = 'page';
  text.textContent = 'Text of the page. '.repeat(60);
  const mode = (wishes.get('mode') ?? 'floating') as StateOptions['mode'];
  const element = named ? drawState(named, { mode, lang: root.lang }).element : '';
  if (named?.recents === undefined) {
    main?.replaceWith(text);
    document.body.append(element);
  } else {
    main?.replaceWith(element);
    root.classList.add('alone');
  }
}
