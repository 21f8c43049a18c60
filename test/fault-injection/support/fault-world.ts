import { randomBytes } from 'node:crypto';
import type { Call } from '../../../server/calls/model/call.ts';
import { startLivekit, type LivekitServer } from '../../../scripts/livekit/index.mjs';
import { createUserSig, type UserSigOptions } from '../../../server/index.ts';
import { CallServer } from '../../e2e/support/call-server.ts';
import { CuttableProxy } from '../../e2e/support/cuttable-proxy.ts';
import { TestUser } from '../../fixtures/test-user.ts';
import type { TestUserOptions } from '../../fixtures/test-user.ts';
import { readRecords } from './records.ts';
import type { Records } from './records.ts';
import { WebhookRelay } from './webhook-relay.ts';

const SECRET = randomBytes(32).toString('base64url');

interface Given extends Partial<TestUserOptions> {
  /** The path to the server that only this user takes. */
  readonly line?: CuttableProxy;
  /** Seconds until the userSig ends. */
  readonly expiresIn?: number;
  /** The groups that the userSig names. */
  readonly groups?: readonly string[];
}

/** A real LiveKit, a real call server in its own process, and users on the real engine. */
export class FaultWorld {
  readonly livekit: LivekitServer;
  readonly server: CallServer;
  readonly webhooks: WebhookRelay;
  readonly #users: TestUser[] = [];
  readonly #lines: CuttableProxy[] = [];

  private constructor(livekit: LivekitServer, server: CallServer, webhooks: WebhookRelay) {
    this.livekit = livekit;
    this.server = server;
    this.webhooks = webhooks;
  }

  static async start(environment: NodeJS.ProcessEnv = {}): Promise<FaultWorld> {
    const webhooks = await WebhookRelay.start(() => server.url);
    const livekit = await startLivekit({ webhookUrl: webhooks.url });
    const server: CallServer = new CallServer({
      TUI_CALL_SECRET: SECRET,
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: livekit.apiKey,
      LIVEKIT_API_SECRET: livekit.apiSecret,
      TUI_CALL_RATE_CALLS_PER_MINUTE: '100000',
      TUI_CALL_RATE_COMMANDS_PER_SECOND: '10000',
      LOG_LEVEL: 'warn',
      ...environment,
    });
    await server.start();
    return new FaultWorld(livekit, server, webhooks);
  }

  userSig(userId: string, sig: UserSigOptions = {}): Promise<string> {
    return createUserSig(SECRET, userId, { expiresIn: 3600, ...sig });
  }

  /** A new path to the server. */
  async line(): Promise<CuttableProxy> {
    const line = new CuttableProxy(() => this.server.port);
    await line.mend();
    this.#lines.push(line);
    return line;
  }

  /** A user who is signed in. */
  async user(userId: string, given: Given = {}): Promise<TestUser> {
    const { line, expiresIn = 3600, groups = [], ...options } = given;
    const person = new TestUser(userId, {
      server: line?.url ?? this.server.url,
      userSig: await this.userSig(userId, { expiresIn, groups }),
      ...options,
    });
    this.#users.push(person);
    await person.signIn();
    return person;
  }

  records(): Records {
    return readRecords(this.server.databaseFile);
  }

  /** The record of one call. */
  record(callId: string): Call {
    const call = this.records().calls.get(callId);
    if (call === undefined) throw new Error(`no call ${callId} is recorded`);
    return call;
  }

  async stop(): Promise<void> {
    for (const line of this.#lines) await line.cut();
    await Promise.all(this.#users.map((person) => person.leave()));
    await this.server.stop();
    await this.webhooks.stop();
    await this.livekit.stop();
  }
}

/** The first of two members ends their call. */
export async function hangUp(one: TestUser, other: TestUser): Promise<void> {
  await one.engine.hangup();
  await Promise.all([one.phase('ended'), other.phase('ended')]);
}
