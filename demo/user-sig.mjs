import { createHmac } from 'node:crypto';

/**
 * Creates the userSig with which a page signs in as `userId`: a JWT signed with the call server's secret. A back end
 * creates it for a user whom it has authenticated; the secret never leaves the back end.
 */
export function createUserSig({
  secret,
  userId,
  name,
  expiresInSeconds = 12 * 3600,
  now = Date.now(),
}) {
  const issuedAt = Math.floor(now / 1000);
  const header = { alg: 'HS256', typ: 'JWT' };
  const claims = {
    sub: userId,
    aud: 'tui-call',
    iat: issuedAt,
    exp: issuedAt + expiresInSeconds,
    ...(name && { name }),
  };
  const unsigned = [header, claims].map(encode).join('.');
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

const encode = (part) => Buffer.from(JSON.stringify(part)).toString('base64url');
