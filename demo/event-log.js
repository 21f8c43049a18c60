import { FREQUENT } from './event-names.js';

const MOST_LINES = 300;

/** The list on the page: when, who, which event, and its fields. Newest first. */
export class EventLog {
  #list;
  #frequent = new Map();

  constructor(list) {
    this.#list = list;
  }

  write(userId, event) {
    const key = `${userId} ${event.type}`;
    this.#frequent.get(key)?.remove();
    const line = lineOf(userId, event);
    if (FREQUENT.has(event.type)) this.#frequent.set(key, line);
    this.#list.prepend(line);
    while (this.#list.children.length > MOST_LINES) this.#list.lastElementChild.remove();
  }

  clear() {
    this.#frequent.clear();
    this.#list.replaceChildren();
  }
}

function lineOf(userId, event) {
  const line = document.createElement('li');
  line.dataset.event = event.type;
  line.dataset.user = userId;
  line.append(
    part('time', clockTime(new Date())),
    part('b', userId),
    part('span', event.type, 'event'),
    part('span', fieldsOf(event.detail ?? {}), 'fields'),
  );
  return line;
}

function part(tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function clockTime(now) {
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  return `${now.toLocaleTimeString('en-GB')}.${milliseconds}`;
}

/** Ids are long and random: their beginning is enough to tell two calls apart. */
const SHORTENED = new Set(['callId', 'roomId']);

function fieldsOf(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== '' && value !== undefined && value !== null)
    .map(([name, value]) => `${name} ${SHORTENED.has(name) ? shorten(value) : readable(value)}`)
    .join(' · ');
}

const shorten = (id) => (id.length > 8 ? `${id.slice(0, 6)}…` : id);
const readable = (value) =>
  typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
