import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Seat } from '../test/support/seat.ts';
import { testServer } from './testing/test-server.ts';
import type { TestServer } from './testing/test-server.ts';

/** The engine and the server together: what becomes of a session by its userSig. */

const ALICES_NOT_CAROLS = 'The userSig was not accepted: it signs in "alice", not "carol".';

describe('a userSig of another user', () => {
  it('signs nobody in', async (t) => {
    const server = await testServer(t);
    const { engine } = seatAt(t, server);
    const init = engine.init({
      server: server.url,
      userId: 'carol',
      userSig: await server.sig('alice'),
    });
    await assert.rejects(init, { name: 'user-sig-invalid', message: ALICES_NOT_CAROLS });
    assert.equal(engine.state.connection, 'disconnected');
    assert.equal(await sessionsOf(server), 0);
  });
});

function seatAt(t: TestContext, { clock }: TestServer): Seat {
  const seat = new Seat(clock);
  t.after(() => seat.engine.destroy());
  return seat;
}

async function sessionsOf({ url }: TestServer): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^tui_call_sessions (\d+)$/m.exec(metrics)?.[1]);
}
