import { FREQUENT } from './event-names.js';

const MAX_LINES = 300;

/** The list of events on the page: time, user, event and fields. Newest first. */
export class EventLog {
  #list;
  /** The line of each frequent event, by user, type and call. */
  #frequent = new Map();

  constructor(list) {
    this.#list = list;
  }

  write(userId, event) {
    const key = `${userId} ${event.type} ${event.detail?.callId}`;
    const line = this.#frequent.get(key) ?? this.#newLine(userId, event.type);
    if (FREQUENT.has(event.type)) this.#frequent.set(key, line);
    line.show(event);
  }

  clear() {
    this.#frequent.clear();
    this.#list.replaceChildren();
  }

  #newLine(userId, type) {
    const line = new Line(userId, type);
    this.#list.prepend(line.element);
    while (this.#list.children.length > MAX_LINES) this.#list.lastElementChild.remove();
    return line;
  }
}

class Line {
  element = document.createElement('li');
  #time = part('time');
  #count = part('span', 'count');
  #fields = part('span', 'fields');
  #times = 0;

  constructor(userId, type) {
    this.element.dataset.event = type;
    this.element.dataset.user = userId;
    const event = part('span', 'event', type);
    event.append(this.#count);
    this.element.append(this.#time, part('b', '', userId), event, this.#fields);
  }

  /** Shows the newest event. From the second one on, the line stays at its place and shows the count. */
  show(event) {
    this.#times += 1;
    this.#time.textContent = clockTime(new Date());
    if (this.#times > 1) this.#count.textContent = ` × ${this.#times}`;
    this.#fields.replaceChildren(...fieldsOf(event.detail ?? {}));
  }
}

function part(tag, className = '', text = '') {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}

function clockTime(now) {
  const milliseconds = String(now.getMilliseconds()).padStart(3, '0');
  return `${now.toLocaleTimeString('en-GB')}.${milliseconds}`;
}

/** Ids are long and random: their first characters suffice to distinguish two calls. */
const SHORTENED = new Set(['callId', 'roomId']);
/** Fields of every event of a call; listed after the event's own fields. */
const COMMON = ['callerId', 'groupId', 'userData', 'callId'];

function fieldsOf(detail) {
  return Object.entries(detail)
    .filter(([, value]) => value !== '' && value !== undefined && value !== null)
    .sort(([a], [b]) => COMMON.indexOf(a) - COMMON.indexOf(b))
    .map(([name, value]) => {
      const field = part('span', 'field', `${name} `);
      const shown = SHORTENED.has(name) ? shorten(value) : readable(value);
      field.append(part('span', 'value', shown));
      return field;
    });
}

const shorten = (id) => (id.length > 8 ? `${id.slice(0, 6)}…` : id);

/** A short readable form: `alice 19, bob 0`. */
function readable(value) {
  if (Array.isArray(value)) return value.map(readable).join(', ');
  if (typeof value !== 'object') return String(value);
  const fields = Object.entries(value).map(([name, one]) =>
    name === 'userId' || name === 'quality' ? readable(one) : `${name} ${readable(one)}`,
  );
  return 'quality' in value ? fields.join(' ') : fields.join(', ');
}
