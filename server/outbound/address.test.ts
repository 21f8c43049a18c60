import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAddressAllowed } from './address.ts';
import { checkTarget } from './target.ts';

/** Never a callback, whatever the operator permits. */
const ALWAYS_REFUSED = [
  // H73
  ...['0.0.0.0', '0.1.2.3', '169.254.0.1', '169.254.169.254', '192.0.0.1', '192.0.0.192'],
  ...['192.88.99.1', '198.18.0.1', '198.19.255.255', '192.0.2.1', '198.51.100.1', '203.0.113.1'],
  ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.254', '255.255.255.255'],
  // H74
  ...['::', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '2001:db8::1'],
  ...['3fff::1', '2002::1', '2002:7f00:1::', '64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::1'],
  ...['100::1', '5f00::1', '2001::1', '2001:20::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8'],
  ...['::127.0.0.1', '::8.8.8.8', '4000::1', 'e000::1'],
  // Metadata services outside of the link-local range
  ...['100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254', 'fd00:c1::a9fe:a9fe'],
];

const PRIVATE = [
  // H73
  ...['127.0.0.1', '127.255.255.254', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255'],
  ...['192.168.0.1', '192.168.255.255', '100.64.0.1', '100.127.255.255'],
  // H74
  ...['::1', 'fc00::1', 'fd12:3456::1', 'fdff::1'],
];

const PUBLIC = [
  ...['1.1.1.1', '8.8.8.8', '9.255.255.255', '11.0.0.1', '100.63.255.255', '100.128.0.1'],
  ...['126.255.255.255', '128.0.0.1', '172.15.255.255', '172.32.0.1', '192.167.255.255'],
  ...['198.17.255.255', '198.20.0.1', '223.255.255.255', '2606:4700::1111', '2a00:1450::1'],
];

describe('an address to which a callback may go', () => {
  it('is public, or private where the operator permits it (H73, H74)', () => {
    assert.ok(ALWAYS_REFUSED.length + PRIVATE.length >= 60);
    for (const privateNetworks of [false, true]) {
      for (const one of ALWAYS_REFUSED) assert.ok(!isAddressAllowed(one, privateNetworks), one);
      for (const one of PRIVATE)
        assert.equal(isAddressAllowed(one, privateNetworks), privateNetworks, one);
      for (const one of PUBLIC) assert.ok(isAddressAllowed(one, privateNetworks), one);
    }
  });

  it('is no text that is not an address', () => {
    for (const text of ['', 'localhost', 'example.com', '[::1]', '1.1.1.1.']) {
      assert.ok(!isAddressAllowed(text, true), text);
    }
  });
});

const problemOf = (url: string, privateNetworks = false) =>
  checkTarget(url, { privateNetworks }).problem?.error ?? null;

describe('the URL of a callback', () => {
  it('is refused if its host is an address that is refused, in every notation (H73, H74, H75)', () => {
    for (const address of [...ALWAYS_REFUSED, ...PRIVATE]) {
      const host = address.includes(':') ? `[${address}]` : address;
      const problem = problemOf(`https://${host}/hook`);
      // A zone is not permitted in a URL.
      assert.equal(problem, address.includes('%') ? 'url-refused' : 'address-refused', address);
    }
    for (const host of [
      ...['0x7f.1', '2130706433', '0177.0.0.1', '127.1', '012.1.2.3', '0', '0x7f000001'],
      ...[
        '[000:0:0000::01]',
        '[::fFFf:127.0.0.1]',
        '[::ffff:7f00:1]',
        '127.0.0.1.',
        '127。0。0。1',
      ],
      ...['１２７.0.0.1', '①②⑦.0.0.1'],
    ]) {
      assert.equal(problemOf(`https://${host}/`), 'address-refused', host);
    }
    for (const host of ['[example.com]', '127.0.0.256', '1.2.3.4.5', '[::1', 'a b', '']) {
      assert.equal(problemOf(`https://${host}/`), 'url-refused', host);
    }
  });

  it('is refused with another scheme, port, a password or anything ambiguous (H80, H81)', () => {
    for (const url of [
      ...['http://example.com/', 'file:///etc/passwd', 'ftp://example.com/', 'data:text/plain,x'],
      ...['gopher://example.com/', 'javascript:alert(1)', 'example.com', '//example.com', ''],
      ...['https://example.com:22/', 'https://example.com:80/', 'https://example.com:6379/'],
      ...['https://user:pw@example.com/', 'https://user@example.com/', 'https://1:2@[::1]/'],
      ...['https://good.example#@evil.example/', 'https://good.example\\@evil.example/'],
      ...['https://exa\tmple.com/', 'https://example.com/\r\nHost: evil', ' https://example.com/'],
      `https://example.com/${'a'.repeat(2048)}`,
    ]) {
      assert.equal(problemOf(url), 'url-refused', url);
    }
    for (const url of [
      'https://example.com',
      'https://EXAMPLE.com:443/a?b=c',
      'https://1.1.1.1:8443/',
    ]) {
      assert.equal(problemOf(url), null, url);
    }
  });

  it('may be private, http and of any port where the operator permits it', () => {
    for (const url of [
      'http://127.0.0.1:3000/',
      'http://[::1]:1/',
      'https://10.0.0.1:9/',
      'http://back-end/',
    ])
      assert.equal(problemOf(url, true), null, url);
    for (const address of ALWAYS_REFUSED.filter((one) => !one.includes('%'))) {
      const host = address.includes(':') ? `[${address}]` : address;
      assert.equal(problemOf(`http://${host}/`, true), 'address-refused', address);
    }
    assert.equal(problemOf('ftp://127.0.0.1/', true), 'url-refused');
    assert.equal(problemOf('http://user:pw@127.0.0.1/', true), 'url-refused');
  });
});
