const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  ENOTFOUND: 'the host name cannot be resolved',
  EAI_AGAIN: 'the host name cannot be resolved',
  ETIMEDOUT: 'no response in time',
  UND_ERR_CONNECT_TIMEOUT: 'no response in time',
  UND_ERR_HEADERS_TIMEOUT: 'no response in time',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the host',
  CERT_HAS_EXPIRED: 'certificate expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate not trusted',
};

const TOKEN = /eyJ[\w-]+\.[\w-]+\.[\w-]*/g;

/** The cause of a failed request: `fetch` reports only "fetch failed" and hides it in `cause`. */
export function networkCause(error: unknown): string {
  let innermost = error;
  for (let one = error; one instanceof Error; one = one.cause) {
    const code = 'code' in one && typeof one.code === 'string' ? one.code : one.name;
    innermost = one;
    if (code === 'TimeoutError') return 'no response in time';
    const known = CAUSES[code];
    if (known !== undefined) return known;
  }
  return withoutTokens(innermost instanceof Error ? innermost.message : String(innermost));
}

/** LiveKit repeats a token that it rejects. */
export function withoutTokens(text: string): string {
  return text.replaceAll(TOKEN, '[token]');
}
