import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { RoomServiceClient } from 'livekit-server-sdk';
import { freePorts } from '../../scripts/free-port.mjs';
import { startLivekit } from '../../scripts/livekit/index.mjs';
import { Secret } from '../shared/secret.ts';
import { checkAnnouncedTurn } from './announced-turn.ts';

describe('TURN that LiveKit announces', () => {
  it('passes if there is none, and if it answers', async (t) => {
    await checkAnnouncedTurn(await livekitWith(t, null));
    const [udp_port] = (await freePorts({ tcp: 0, udp: 1 })).udp;
    const config = await livekitWith(t, { enabled: true, domain: '127.0.0.1', udp_port });
    await checkAnnouncedTurn(config);
    const rooms = new RoomServiceClient(config.apiUrl, config.apiKey, config.apiSecret.reveal());
    assert.deepEqual(await rooms.listRooms(), []);
  });

  it('is a problem if nobody listens there, whatever tls_port says', async (t) => {
    // The port of a proxy with TLS that is not there.
    const [tls_port] = (await freePorts({ tcp: 1, udp: 0 })).tcp;
    const turn = { enabled: true, domain: '127.0.0.1', tls_port, external_tls: true };
    const config = await livekitWith(t, turn);
    await assert.rejects(
      checkAnnouncedTurn(config),
      /^Error: LiveKit announces TURN at turns:127\.0\.0\.1:443\?transport=tcp, which does not answer \(connection refused\)$/,
    );
  });
});

async function livekitWith(t: TestContext, turn: Readonly<Record<string, unknown>> | null) {
  const livekit = await startLivekit({ turn });
  t.after(() => livekit.stop());
  const { httpUrl: apiUrl, url: publicUrl, apiKey, apiSecret } = livekit;
  return { apiUrl, publicUrl, apiKey, apiSecret: new Secret(apiSecret) };
}
