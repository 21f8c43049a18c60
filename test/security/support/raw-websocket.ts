import { randomBytes } from 'node:crypto';
import type { TestContext } from 'node:test';
import { PROTOCOL_VERSION } from '../../../src/protocol/index.ts';
import { randomId } from '../../../server/shared/random-id.ts';
import { userIdIn } from '../../../server/testing/user-id-in.ts';
import { answerIn, RawConnection } from './raw-connection.ts';

export const SOCKET_PATH = '/socket.io/?EIO=4&transport=websocket';

export interface Frame {
  readonly payload?: string | Uint8Array;
  readonly opcode?: number;
  readonly isLast?: boolean;
  readonly isMasked?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  /** The length in the header, when it differs from the true one. */
  readonly sendsBytes?: number;
}

/** A frame of RFC 6455, malformed where requested. */
export function frame(given: Frame = {}): Buffer {
  const { payload = '', opcode = 1, isLast = true, isMasked = true, reserved = 0 } = given;
  const bytes = Buffer.from(payload);
  const length = given.sendsBytes ?? bytes.length;
  const first = (isLast ? 0x80 : 0) | (reserved << 4) | opcode;
  const masked = isMasked ? 0x80 : 0;
  const head = Buffer.concat([Buffer.from([first]), lengthBytes(length, masked)]);
  if (!isMasked) return Buffer.concat([head, bytes]);
  const mask = randomBytes(4);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = (bytes[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
  return Buffer.concat([head, mask, bytes]);
}

function lengthBytes(length: number, masked: number): Buffer {
  if (length < 126) return Buffer.from([masked | length]);
  if (length < 65_536) return Buffer.from([masked | 126, length >> 8, length & 255]);
  const long = Buffer.alloc(9);
  long[0] = masked | 127;
  long.writeBigUInt64BE(BigInt(length), 1);
  return long;
}

export function upgradeRequest(
  url: string,
  more: Readonly<Record<string, string>> = {},
  path = SOCKET_PATH,
): string {
  const headers = {
    Host: new URL(url).host,
    Connection: 'Upgrade',
    Upgrade: 'websocket',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    ...more,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return `${[`GET ${path} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
}

/** A WebSocket below socket.io: sends frames, receives texts. */
export class RawWebsocket {
  readonly connection: RawConnection;
  readonly texts: string[] = [];
  /** The heartbeat of engine.io is a whole message: it may not interrupt a fragmented one. */
  answersHeartbeats = true;
  #pongs = 0;
  /** 1005: closed without a code. null: not closed, or not by a frame. */
  closeCode: number | null = null;
  /** The header of the server's reply to the upgrade. */
  readonly head: string;

  private constructor(connection: RawConnection, head: string) {
    this.connection = connection;
    this.head = head;
    // Answers heartbeats also while no test waits.
    connection.onReceived = () => this.#read();
    this.#read();
  }

  /** The status other than 101, or the WebSocket. */
  static async tryToOpen(
    t: TestContext,
    url: string,
    headers: Readonly<Record<string, string>> = {},
    path = SOCKET_PATH,
  ): Promise<RawWebsocket | number> {
    const connection = await RawConnection.open(t, url);
    connection.send(upgradeRequest(url, headers, path));
    const end = () => connection.received.indexOf('\r\n\r\n');
    await connection.until(() => end() >= 0);
    const { status } = answerIn(connection.received);
    if (status !== 101) return status;
    const head = connection.received.subarray(0, end()).toString('latin1');
    connection.take(end() + 4);
    return new RawWebsocket(connection, head);
  }

  static async open(
    t: TestContext,
    url: string,
    headers: Readonly<Record<string, string>> = {},
    path = SOCKET_PATH,
  ) {
    const opened = await this.tryToOpen(t, url, headers, path);
    if (typeof opened === 'number') throw new Error(`not upgraded: ${opened}`);
    return opened;
  }

  /** Signs in and waits for the welcome message. */
  static async signIn(t: TestContext, url: string, userSig: string, sessionId = randomId()) {
    const websocket = await this.open(t, url);
    websocket.text(handshake({ userSig, sessionId }));
    await websocket.hears((text) => text.includes('"welcome"'));
    return websocket;
  }

  send(given: Frame): void {
    this.connection.send(frame(given));
  }

  text(payload: string): void {
    this.send({ payload });
  }

  /** A command in a socket.io frame; `ack` requests an acknowledgement. */
  command(payload: unknown, ack: number): void {
    this.text(`42${ack}${JSON.stringify(['command', payload])}`);
  }

  /** The acknowledgement with this number. */
  async answer(ack: number): Promise<unknown> {
    const text = await this.hears((one) => one.startsWith(`43${ack}[`));
    const [answer] = JSON.parse(text.slice(`43${ack}`.length)) as [unknown];
    return answer;
  }

  async hears(isIt: (text: string) => boolean): Promise<string> {
    const found = () => this.texts.find(isIt);
    await this.connection.until(() => found() !== undefined || this.connection.isEnded);
    const text = found();
    if (text === undefined)
      throw new Error(`closed (${this.closeCode}) after ${this.texts.at(-1)}`);
    return text;
  }

  /** Whether the connection still works after the sent data. */
  async pongOrClosed(): Promise<'pong' | 'closed'> {
    const before = this.#pongs;
    this.send({ opcode: 9 });
    await this.connection.until(
      () => this.#pongs > before || this.closeCode !== null || this.connection.isEnded,
    );
    if (this.#pongs > before) return 'pong';
    this.connection.destroy();
    return 'closed';
  }

  /** How the server closed it: the close code, or null for a reset connection. */
  async closed(): Promise<number | null> {
    await this.connection.until(() => this.closeCode !== null || this.connection.isEnded);
    this.connection.destroy();
    return this.closeCode;
  }

  #read(): void {
    for (;;) {
      const next = parsed(this.connection.received);
      if (next === null) return;
      this.connection.take(next.bytes);
      if (next.opcode === 8) {
        this.closeCode = next.payload.length >= 2 ? next.payload.readUInt16BE() : 1005;
      } else if (next.opcode === 1) this.texts.push(next.payload.toString());
      if (next.opcode === 10) this.#pongs += 1;
      const isHeartbeat = next.opcode === 1 && next.payload.toString() === '2';
      if (isHeartbeat && this.answersHeartbeats) this.text('3');
    }
  }
}

/** The CONNECT packet of socket.io, with any content a test passes. */
export function handshake(auth: Readonly<Record<string, unknown>>): string {
  const userId = userIdIn(auth['userSig']);
  return `40${JSON.stringify({ protocol: PROTOCOL_VERSION, userId, ...auth })}`;
}

/** The first frame from the server, which never masks; null: it is not complete yet. */
function parsed(data: Buffer) {
  const second = data[1];
  if (second === undefined) return null;
  const [start, length] = lengthIn(data, second & 127);
  if (data.length < start + length) return null;
  const payload = data.subarray(start, start + length);
  return { opcode: (data[0] ?? 0) & 15, payload, bytes: start + length };
}

function lengthIn(data: Buffer, short: number): readonly [number, number] {
  if (short < 126) return [2, short];
  if (short === 126) return data.length < 4 ? [4, Infinity] : [4, data.readUInt16BE(2)];
  return data.length < 10 ? [10, Infinity] : [10, Number(data.readBigUInt64BE(2))];
}
