import { createECDH } from 'node:crypto';
import { Secret } from '../shared/secret.ts';

/** The keys with which the server identifies itself to push services (RFC 8292). */
export interface VapidKeys {
  /** `mailto:` or https URL at which a push service can reach the operator. */
  readonly subject: string;
  /** Uncompressed point of P-256, base64url. */
  readonly publicKey: string;
  readonly privateKey: Secret;
}

/** How devices are notified of rings. */
export interface PushConfig {
  /** null: the server sends no Web Push. */
  readonly vapid: VapidKeys | null;
  /** Whether a notification names the caller. */
  readonly showCaller: boolean;
}

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** @throws {Error} that names the problem; the message never contains the private key. */
export function parseVapid(
  subject: string | undefined,
  publicKey: string | undefined,
  privateKey: string | undefined,
): VapidKeys | null {
  if (!subject && !publicKey && !privateKey) return null;
  if (!subject || !publicKey || !privateKey) {
    throw new Error(
      'set TUI_CALL_VAPID_SUBJECT, TUI_CALL_VAPID_PUBLIC and TUI_CALL_VAPID_PRIVATE, or none of them; "tui-call-server vapid-keys" creates a pair',
    );
  }
  // Push services refuse a subject of this machine.
  if (!/^(mailto:[^@\s]+@[^@\s]+|https:\/\/[^\s]+)$/.test(subject) || /localhost/.test(subject)) {
    throw new Error(
      `TUI_CALL_VAPID_SUBJECT must be mailto:name@example.com or an https URL of yours, not "${subject}"`,
    );
  }
  if (publicKeyOf(privateKey) !== publicKey) {
    throw new Error(
      'TUI_CALL_VAPID_PUBLIC and TUI_CALL_VAPID_PRIVATE are not a pair in base64url; "tui-call-server vapid-keys" creates one',
    );
  }
  return { subject, publicKey, privateKey: new Secret(privateKey) };
}

/** The public key; null if the text is no private key. */
function publicKeyOf(privateKey: string): string | null {
  const bytes = Buffer.from(privateKey, 'base64url');
  if (!BASE64URL.test(privateKey) || bytes.length !== 32) return null;
  const pair = createECDH('prime256v1');
  try {
    pair.setPrivateKey(bytes);
  } catch {
    return null;
  }
  return pair.getPublicKey('base64url');
}

/** A new pair, as lines for the environment. */
export function newVapidKeys(): readonly string[] {
  const pair = createECDH('prime256v1');
  pair.generateKeys();
  // A leading zero byte is left out by Node and required by push services.
  const privateKey = Buffer.alloc(32);
  const bytes = pair.getPrivateKey();
  bytes.copy(privateKey, 32 - bytes.length);
  return [
    `TUI_CALL_VAPID_PUBLIC=${pair.getPublicKey('base64url')}`,
    `TUI_CALL_VAPID_PRIVATE=${privateKey.toString('base64url')}`,
  ];
}
