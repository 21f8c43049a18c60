import type { RandomId } from '../../engine/api/ports.ts';

/** 128 random bits as 22 base64url characters. Unlike crypto.randomUUID it needs no secure context. */
export const randomId: RandomId = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
};
