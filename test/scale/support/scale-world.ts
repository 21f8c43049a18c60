import { randomBytes } from 'node:crypto';
import { RoomServiceClient } from 'livekit-server-sdk';
import { eventually } from '../../e2e/support/eventually.ts';
import { World } from '../../e2e/support/world.ts';
import type { SimulatedUser, UserSettings } from './simulated-user.ts';
import { SimulatedUsers } from './simulated-users.ts';

/** A test environment in which most members of a call are simulated users. */
export class ScaleWorld {
  readonly world: World;
  readonly #rooms: RoomServiceClient;
  readonly #apiKey: string;
  readonly #users: SimulatedUsers;

  private constructor(world: World, apiKey: string) {
    this.world = world;
    this.#apiKey = apiKey;
    this.#users = new SimulatedUsers(world);
    const { httpUrl, apiKey: key, apiSecret } = world.livekit;
    this.#rooms = new RoomServiceClient(httpUrl, key, apiSecret);
  }

  static async start(): Promise<ScaleWorld> {
    const apiKey = randomBytes(32).toString('base64url');
    return new ScaleWorld(
      await World.start({ TUI_CALL_API_KEYS: apiKey, LOG_LEVEL: 'warn' }),
      apiKey,
    );
  }

  user(userId: string, settings?: UserSettings): Promise<SimulatedUser> {
    return this.#users.add(userId, settings);
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
    await this.#users.stop();
    await this.world.stop();
  }
}
