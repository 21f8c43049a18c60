import { createECDH } from 'node:crypto';
import type { TestContext } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import type { Config } from '../config/config.ts';
import { parseVapid } from '../push/vapid.ts';
import { PushService } from './push-service.ts';
import { testServer } from './test-server.ts';

const pair = createECDH('prime256v1');
pair.generateKeys();

/** A pair of VAPID keys. */
export const VAPID = {
  subject: 'mailto:calls@example.com',
  publicKey: pair.getPublicKey('base64url'),
  privateKey: pair.getPrivateKey().toString('base64url').padStart(43, 'A'),
};

/** A push service whose certificate this process trusts. Ends with the test. */
export async function pushService(t: TestContext): Promise<PushService> {
  const push = await PushService.start(VAPID.publicKey);
  const trusted = getCACertificates();
  setDefaultCACertificates([...trusted, push.certificate]);
  t.after(() => {
    push.close();
    setDefaultCACertificates(trusted);
  });
  return push;
}

/** Configuration of a server that sends Web Push to loopback. */
export function pushConfig(config: Partial<Config> = {}): Partial<Config> {
  const vapid = parseVapid(VAPID.subject, VAPID.publicKey, VAPID.privateKey);
  const push = { vapid, showCaller: true };
  return { callbackPrivateNetworks: true, push, ...config };
}

/** A server with a push service. */
export async function pushServer(t: TestContext, config: Partial<Config> = {}) {
  const push = await pushService(t);
  return { ...(await testServer(t, pushConfig(config))), push };
}
