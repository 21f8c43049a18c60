import { drawState, type StateOptions } from './drawn-state.ts';
import { STATES, type NamedState } from './states-list.ts';

/**
 * Every screen in every state, on a fake engine. `?only=name` shows one on a page of its own, as a
 * page would have it; `&mode=`, `&theme=`, `&lang=`, `&dir=` set the element's attributes.
 */

const options = new URLSearchParams(location.search);
const only = options.get('only');
const root = document.documentElement;
root.dir = options.get('dir') ?? '';
root.lang = options.get('lang') ?? 'en';
if (options.has('theme')) root.className = options.get('theme') ?? '';

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
  text.textContent = 'Somebody else’s page. '.repeat(60);
  const mode = (options.get('mode') ?? 'floating') as StateOptions['mode'];
  const element = named ? drawState(named, { mode, lang: root.lang }).element : '';
  if (named?.recents === undefined) {
    main?.replaceWith(text);
    document.body.append(element);
  } else {
    main?.replaceWith(element);
    root.classList.add('alone');
  }
}
