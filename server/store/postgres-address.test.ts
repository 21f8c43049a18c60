import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsePostgresAddress } from './postgres-address.ts';

describe('A Postgres URL', () => {
  it('names the hosts in the order in which they are tried', () => {
    const address = parsePostgresAddress(
      'postgres://calls:p%40ss@db1,db2.example:6432,[::1]:7/tui',
    );
    assert.deepEqual(address.hosts, [
      { host: 'db1', port: 5432 },
      { host: 'db2.example', port: 6432 },
      { host: '::1', port: 7 },
    ]);
    assert.equal(address.user, 'calls');
    assert.equal(address.password?.reveal(), 'p@ss');
    assert.equal(address.database, 'tui');
    assert.equal(address.tls, null);
  });

  it('says how to encrypt', () => {
    const tls = (query: string) => parsePostgresAddress(`postgresql://u@h/d?${query}`).tls;
    assert.equal(tls('sslmode=disable'), null);
    assert.deepEqual(tls('sslmode=require'), { mode: 'require', authorities: null });
    assert.deepEqual(tls('sslmode=verify-full'), { mode: 'verify-full', authorities: null });
  });

  it('that is wrong is refused without its password', () => {
    const wrong = {
      'postgres://h/d': /names no user/,
      'postgres://u:secret@h': /names no database/,
      'postgres://u:secret@h:99999/d': /no valid host in "h:99999"/,
      'postgres://u:secret@h,/d': /no valid host in ""/,
      'postgres://u:secret@h/d?sslmode=prefer': /one of disable, require, verify-full as sslmode/,
      'postgres://u:secret@h/d?sslmode=verify-full&sslrootcert=/no/file': /sslrootcert that cannot/,
      'postgres://u:secret@h/d?pool=3': /unknown parameter "pool"/,
      'postgres://u:secret%@h/d': /% that encodes nothing/,
      'postgres://u:se@cret@h/d': /malformed/,
    };
    for (const [url, why] of Object.entries(wrong)) {
      assert.throws(
        () => parsePostgresAddress(url),
        ({ message }: Error) =>
          why.test(message) && !message.includes('secret') && /^DATABASE_URL /.test(message),
        url,
      );
    }
  });
});
