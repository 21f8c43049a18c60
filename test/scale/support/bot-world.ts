import { randomBytes } from 'node:crypto';
import { RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../../e2e/support/eventually.ts';
import { World } from '../../e2e/support/world.ts';
import type { Bot, BotSettings } from './bots.ts';
import { Bots } from './crowd.ts';

/** A test environment in which most members of a call are simulated users. */
export class BotWorld {
  readonly world: World;
  readonly #rooms: RoomServiceClient;
  readonly #apiKey: string;
  readonly #bots: Bots;

  private constructor(world: World, apiKey: string) {
    this.world = world;
    this.#apiKey = apiKey;
    this.#bots = new Bots(world);
    const { httpUrl, apiKey: key, apiSecret } = world.livekit;
    this.#rooms = new RoomServiceClient(httpUrl, key, apiSecret);
  }

  static async start(): Promise<BotWorld> {
    const apiKey = randomBytes(32).toString('base64url');
    return new BotWorld(
      await World.start({ TUI_CALL_API_KEYS: apiKey, LOG_LEVEL: 'warn' }),
      apiKey,
    );
  }

  bot(userId: string, wishes?: BotSettings): Promise<Bot> {
    return this.#bots.add(userId, wishes);
  }

  /** Removes a member from a call, as a back end does. */
  async remove(callId: unknown, userId: string): Promise<void> {
    const url = `${this.world.server.url}/v1/calls/${String(callId)}/members/${userId}`;
    const headers = { authorization: `Bearer ${this.#apiKey}` };
    const response = await fetch(url, { method: 'DELETE', headers });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  }

  /** LiveKit has no room of any call left. */
  async noRoomIsLeft(): Promise<void> {
    await eventually(
      async () => (await this.#rooms.listRooms()).length === 0,
      async () => `rooms are left: ${JSON.stringify(await this.#rooms.listRooms())}`,
    );
  }

  async stop(): Promise<void> {
    await this.#bots.stop();
    await this.world.stop();
  }
}
