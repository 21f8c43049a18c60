import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SignalResponse } from '@livekit/protocol';
import { parseSessionId, parseUserId } from '../../src/protocol/index.ts';
import { mediaToken } from './media-token.ts';
import type { LivekitConfig } from '../config/config.ts';
import { randomId } from '../shared/random-id.ts';
import { networkCause } from '../shared/network-cause.ts';
import { LivekitServer } from './livekit-server.ts';

const TIMEOUT_MS = 3_000;
/** LiveKit closes the room of a check that was killed. */
const CHECK_ROOM_TIMEOUT_SECONDS = 60;

/**
 * Checks that each TURN server that LiveKit announces to clients answers. LiveKit announces its TURN over TLS on port
 * 443 of `turn.domain`, whatever `turn.tls_port` is.
 *
 * @throws {Error} that names each one that does not.
 */
export async function checkAnnouncedTurn(livekit: LivekitConfig): Promise<void> {
  const urls = await announcedTurn(livekit);
  const problems = await Promise.all(urls.map(problemOf));
  const found = problems.filter((problem) => problem !== null);
  if (found.length > 0) throw new Error(found.join('; '));
}

/** Joins a room of its own for a moment: only LiveKit's reply to a join has the list. */
async function announcedTurn(livekit: LivekitConfig): Promise<readonly string[]> {
  const server = new LivekitServer(livekit);
  const room = `tui-call-check-${randomId()}`;
  const [userId, sessionId] = [parseUserId('tui-call-check'), parseSessionId(randomId())];
  if (userId === null || sessionId === null) return [];
  await server.createRoom(room, CHECK_ROOM_TIMEOUT_SECONDS);
  try {
    const seat = { userId, sessionId, nickname: '', room, publishing: 'none' } as const;
    return await turnUrls(livekit.apiUrl, await mediaToken(livekit, seat));
  } finally {
    await server.deleteRoom(room);
  }
}

async function turnUrls(apiUrl: string, token: string): Promise<readonly string[]> {
  const query = new URLSearchParams({ access_token: token, protocol: '16' });
  const socket = new WebSocket(`${apiUrl.replace(/^http/, 'ws')}/rtc?${query.toString()}`);
  socket.binaryType = 'arraybuffer';
  try {
    const first = await within<unknown>((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve(data));
      socket.addEventListener('error', () => reject(new Error('LiveKit refuses to join a room')));
    });
    if (!(first instanceof ArrayBuffer)) return [];
    const { message } = SignalResponse.fromBinary(new Uint8Array(first));
    const servers = message.case === 'join' ? message.value.iceServers : [];
    return servers.flatMap(({ urls }) => urls).filter((url) => /^turns?:/.test(url));
  } finally {
    socket.close();
  }
}

/** null: it answers. */
async function problemOf(url: string): Promise<string | null> {
  const [, scheme, host = '', port, transport] =
    /^(turns?):(.+?)(?::(\d+))?(?:\?transport=(\w+))?$/.exec(url) ?? [];
  const secure = scheme === 'turns';
  const address = { host, port: Number(port ?? (secure ? 5349 : 3478)) };
  try {
    if (transport === 'udp') await bindingOver(address);
    else await connection(address, secure);
    return null;
  } catch (error) {
    return `LiveKit announces TURN at ${url}, which does not answer (${networkCause(error)})`;
  }
}

interface Address {
  readonly host: string;
  readonly port: number;
}

async function connection({ host, port }: Address, secure: boolean): Promise<void> {
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) })
    : connectTcp({ host, port });
  try {
    await within<void>((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', resolve);
      socket.once('error', reject);
    });
  } finally {
    socket.destroy();
  }
}

/** A STUN binding request (RFC 8489), which a TURN server answers without credentials. */
async function bindingOver({ host, port }: Address): Promise<void> {
  const socket = createSocket('udp4');
  try {
    await within<void>((resolve, reject) => {
      socket.once('message', () => resolve());
      socket.once('error', reject);
      socket.connect(port, host, () => {
        const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
        socket.send(request);
      });
    });
  } finally {
    socket.close();
  }
}

/** @throws {DOMException} TimeoutError if it does not settle in time. */
async function within<T>(
  start: (resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = new DOMException('no response', 'TimeoutError');
    AbortSignal.timeout(TIMEOUT_MS).addEventListener('abort', () => reject(late));
    start(resolve, reject);
  });
}
