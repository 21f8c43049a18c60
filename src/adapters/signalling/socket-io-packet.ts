/**
 * What the call server sends over one WebSocket: Socket.IO's protocol 5 in Engine.IO's 4, as far as
 * text needs it. Both are published for clients of all kinds. Socket.IO's own client is made for more
 * (long polling, binary packets, several connections in one), and would be a quarter of what a page
 * loads before a call.
 */
export type Packet =
  /** The connection is open; something comes at least this often. */
  | { readonly type: 'open'; readonly heartbeatTimeoutMs: number }
  | { readonly type: 'ping' }
  | { readonly type: 'connected' }
  | { readonly type: 'refused'; readonly data: unknown }
  | { readonly type: 'closed' }
  | { readonly type: 'message'; readonly message: unknown }
  | { readonly type: 'ack'; readonly id: number; readonly result: unknown }
  | { readonly type: 'ignored' }
  /** Breaks the protocol, or is a part of it that neither side uses. */
  | { readonly type: 'invalid' };

/** Engine.IO's digit, for a message Socket.IO's after it; the id of an answer; the rest is JSON. */
const PACKET = /^(4?[0-6])(\d*)(.*)$/s;

export function decodePacket(frame: unknown): Packet {
  const [, kind, id = '', text = ''] = (typeof frame === 'string' && PACKET.exec(frame)) || [];
  try {
    return packetOf(kind, Number(id), text === '' ? null : JSON.parse(text));
  } catch {
    return { type: 'invalid' };
  }
}

function packetOf(kind: string | undefined, id: number, content: unknown): Packet {
  switch (kind) {
    case '0':
      return {
        type: 'open',
        heartbeatTimeoutMs: number(content, 'pingInterval') + number(content, 'pingTimeout'),
      };
    case '1':
    case '41':
      return { type: 'closed' };
    case '2':
      return { type: 'ping' };
    case '40':
      return { type: 'connected' };
    case '42':
      return Array.isArray(content) && content[0] === 'message'
        ? { type: 'message', message: content[1] }
        : { type: 'ignored' };
    case '43':
      return Array.isArray(content) ? { type: 'ack', id, result: content[0] } : { type: 'invalid' };
    case '44':
      return { type: 'refused', data: field(content, 'data') };
    case '6':
      return { type: 'ignored' };
    default:
      return { type: 'invalid' };
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  if (typeof found !== 'number') throw new TypeError(`${name} is not a number`);
  return found;
}

export const PONG = '3';
export const DISCONNECT = '41';

/** Who asks to be let in. */
export const encodeConnect = (handshake: object): string => `40${JSON.stringify(handshake)}`;

/** Asks for an answer with this id. */
export const encodeCommand = (id: number, command: object): string =>
  `42${id}${JSON.stringify(['command', command])}`;
