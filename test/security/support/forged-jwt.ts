import { createHmac } from 'node:crypto';
import { SECRET } from '../../../server/testing/test-server.ts';

export type Json = Readonly<Record<string, unknown>>;

export interface Forgery {
  readonly claims?: Json;
  readonly header?: Json;
  readonly secret?: string;
  readonly hash?: string;
}

/** A hand-made userSig, so that any part of it can be wrong. */
export function jwt({ claims, header, secret = SECRET, hash = 'sha256' }: Forgery = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const text = [
    { alg: 'HS256', typ: 'JWT', ...header },
    { sub: 'alice', aud: 'tui-call', iat: now, exp: now + 3600, ...claims },
  ]
    .map(base64)
    .join('.');
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

export function withPart(token: string, index: number, part: unknown): string {
  return token.split('.').with(index, base64(part)).join('.');
}

export function base64(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text).toString('base64url');
}

/** Seconds from now, as a claim. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
