import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AddressLimit } from './address-limit.ts';

describe('an address', () => {
  it('has a limited number of connections', () => {
    const limit = new AddressLimit(2);
    limit.add('198.51.100.1');
    const leave = limit.add('198.51.100.1');
    assert.ok(limit.isFull('198.51.100.1'));
    assert.ok(!limit.isFull('198.51.100.2'));
    leave();
    assert.ok(!limit.isFull('198.51.100.1'));
  });

  it('of IPv4 counts the same in IPv6 notation', () => {
    const limit = new AddressLimit(1);
    limit.add('::ffff:198.51.100.1');
    assert.ok(limit.isFull('198.51.100.1'));
  });

  it('of IPv6 counts with its whole /64', () => {
    const limit = new AddressLimit(1);
    limit.add('2001:db8:1:2::7');
    assert.ok(limit.isFull('2001:db8:1:2:aaaa:bbbb:cccc:dddd'));
    assert.ok(!limit.isFull('2001:db8:1:3::7'));
    limit.add('2001:db8::1');
    assert.ok(limit.isFull('2001:db8:0:0:1::'));
  });

  it('that is private has no limit by default, since it may be a proxy', () => {
    const byDefault = new AddressLimit(null);
    const proxies = ['127.0.0.1', '::1', '10.1.2.3', '172.17.0.1', '192.168.1.1', 'fd00::1'];
    for (const address of [...proxies, '198.51.100.1', '2001:db8::1']) {
      for (let index = 0; index < 1000; index += 1) byDefault.add(address);
    }
    assert.deepEqual(
      proxies.filter((address) => byDefault.isFull(address)),
      [],
    );
    assert.ok(byDefault.isFull('198.51.100.1') && byDefault.isFull('2001:db8::1'));
    assert.ok(!new AddressLimit(0).isFull('198.51.100.1'));
  });
});
