import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mends } from '../support/outside.ts';
import { type ProxyChoice, proxyAddress, proxyFor } from '../../src/names/proxy.ts';

const ca = new URL('https://ca.corp.example/dir');
const choose = (env: Record<string, string>, url: URL | string = ca): ProxyChoice => proxyFor(new URL(url), env);

/** `variable protocol host:port user:password`, `direct`, or `invalid VARIABLE`. */
function textOf(choice: ProxyChoice): string {
  if (choice.kind === 'direct') return 'direct';
  if (choice.kind === 'invalid') return `invalid ${choice.variable}`;
  const { variable, protocol, credentials } = choice.proxy;
  const words = [variable, protocol, proxyAddress(choice.proxy)];
  return [...words, ...(credentials ? [`${credentials.user}:${credentials.password}`] : [])].join(' ');
}

test('chooses the variable as curl does', () => {
  const all = { https_proxy: 'a:1', HTTPS_PROXY: 'b:2', all_proxy: 'c:3', ALL_PROXY: 'd:4', HTTP_PROXY: 'evil:5' };
  const order = ['https_proxy http a:1', 'HTTPS_PROXY http b:2', 'all_proxy http c:3', 'ALL_PROXY http d:4'];
  const entries = Object.entries(all);
  for (const [index, expected] of order.entries()) {
    assert.equal(textOf(choose(Object.fromEntries(entries.slice(index)))), expected);
    const emptied = entries.map(([name, value], at) => [name, at < index ? ' ' : value]);
    assert.equal(textOf(choose(Object.fromEntries(emptied) as Record<string, string>)), expected, 'empty is unset');
  }
  assert.equal(textOf(choose({ HTTP_PROXY: 'evil:5', http_proxy: 'x:1' })), 'direct');
  const plain = 'http://ca.corp.example/';
  assert.equal(textOf(choose({ HTTP_PROXY: 'evil:5' }, plain)), 'direct', 'a CGI header sets HTTP_PROXY');
  assert.equal(textOf(choose({ HTTP_PROXY: 'evil:5', http_proxy: 'x:1' }, plain)), 'http_proxy http x:1');
});

test('reads every form of a proxy that curl reads', (t) => {
  mends(t, 'acme/proxy-without-scheme');
  for (const [value, expected] of [
    ['proxy.corp:3128', 'http proxy.corp:3128'],
    ['proxy.corp', 'http proxy.corp:1080'],
    ['http://proxy.corp:80/', 'http proxy.corp:80'],
    ['  HTTP://Proxy.Corp:3128  ', 'http proxy.corp:3128'],
    ['http://proxy.corp:3128/path?x#y', 'http proxy.corp:3128'],
    ['https://proxy.corp', 'https proxy.corp:443'],
    ['socks5h://[2001:db8::1]:9050', 'socks5 [2001:db8::1]:9050'],
    ['socks5://10.0.0.1', 'socks5 10.0.0.1:1080'],
    ['socks://127.0.0.1:7891/', 'socks5 127.0.0.1:7891'],
    ['[::1]:3128', 'http [::1]:3128'],
    ['user:pass@proxy.corp:3128', 'http proxy.corp:3128 user:pass'],
    ['http://DOM%5cuser:p%40ss%3a%C3%A9@proxy.corp:3128', 'http proxy.corp:3128 DOM\\user:p@ss:é'],
    ['http://user:p@ss:100%@proxy.corp:3128', 'http proxy.corp:3128 user:p@ss:100%'],
    ['http://user@proxy.corp:3128', 'http proxy.corp:3128 user:'],
    ['http://bücher.example:3128', 'http xn--bcher-kva.example:3128'],
  ] as const) {
    assert.equal(textOf(choose({ https_proxy: value })), `https_proxy ${expected}`, value);
  }
  for (const value of [
    'http://',
    'http://:3128',
    'proxy:port',
    'proxy:0',
    'proxy:70000',
    'a b:1',
    'socks4://p:1',
    'ftp://p:1',
  ]) {
    assert.equal(textOf(choose({ HTTPS_PROXY: value })), 'invalid HTTPS_PROXY', value);
  }
});

test('exempts hosts by NO_PROXY: domains, *, addresses, CIDR blocks, ports', (t) => {
  mends(t, 'acme/proxy-without-scheme');
  const isDirect = (list: string, url: string): boolean =>
    textOf(choose({ https_proxy: 'p:1', NO_PROXY: list }, url)) === 'direct';
  for (const [list, host, expected] of [
    ['*', 'ca.corp.example', true],
    ['other, *', 'ca.corp.example', true],
    ['corp.example', 'ca.corp.example', true],
    ['corp.example', 'corp.example', true],
    ['corp.example', 'notcorp.example', false],
    ['.corp.example', 'ca.corp.example', true],
    ['.corp.example', 'corp.example', true],
    ['*.corp.example', 'ca.corp.example', true],
    ['*.corp.example', 'corp.example', false],
    ['CORP.example.', 'ca.corp.EXAMPLE.', true],
    ['a.example b.example,,  corp.example', 'ca.corp.example', true],
    ['corp.example:8443', 'ca.corp.example', false],
    ['corp.example:443', 'ca.corp.example', true],
    ['corp.example:8443', 'ca.corp.example:8443', true],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', 'ca.corp.example', false],
    ['10.1.2.3:8443', '10.1.2.3:8443', true],
    ['127.0.0.0/8', '127.0.0.2', true],
    ['1.2.3', '10.1.2.3', false],
    ['.2.3', '10.1.2.3', false],
    ['[2001:db8::1]', '[2001:db8::1]', true],
    ['2001:DB8:0::1', '[2001:db8::1]', true],
    ['2001:db8::/32', '[2001:db8:1::9]', true],
    ['[2001:db8::]/32', '[2001:db8:1::9]', true],
    ['[2001:db8::1]:443', '[2001:db8::1]', true],
    ['[2001:db8::1]:8443', '[2001:db8::1]', false],
    ['.', 'ca.corp.example', false],
    [':443', 'ca.corp.example', false],
    ['10.0.0.0/99', '10.1.2.3', false],
  ] as const) {
    assert.equal(isDirect(list, `https://${host}/`), expected, `${list} ${host}`);
  }
  for (const host of ['localhost', '127.0.0.1', '[::1]']) assert.ok(isDirect('', `https://${host}/`));
  assert.ok(!isDirect('', 'https://127.0.0.2/'));
  const both = { https_proxy: 'p:1', no_proxy: 'other', NO_PROXY: '*' };
  assert.equal(textOf(choose(both)), 'https_proxy http p:1', 'lower case comes first');
});
