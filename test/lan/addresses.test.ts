import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';
import { lanAddresses } from '../../src/lan/addresses.ts';
import { isLanName, machineName, numbered } from '../../src/lan/machine-name.ts';

function machine(interfaces: Record<string, string[]>): () => Record<string, NetworkInterfaceInfo[]> {
  const info = (address: string): NetworkInterfaceInfo =>
    ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal: /^127|^::1$/.test(address) }) as never;
  return () =>
    Object.fromEntries(
      Object.entries(interfaces).map(([name, addresses]) => [name, addresses.map((one) => info(one))]),
    );
}

test('serves the private addresses of real interfaces, without containers, virtual machines, VPNs and public addresses', () => {
  const interfaces = {
    lo: ['127.0.0.1', '::1'],
    wlan0: ['192.168.1.20', 'fe80::1', 'fd00::20', '2001:db8::20'],
    eth0: ['10.0.0.5', '203.0.113.9', '169.254.3.4'],
    br0: ['172.20.0.2'],
    docker0: ['172.17.0.1'],
    'br-0123456789ab': ['172.18.0.1'],
    veth12: ['192.168.9.9'],
    virbr0: ['192.168.122.1'],
    wg0: ['10.8.0.2'],
    tun0: ['10.9.0.2'],
    tailscale0: ['100.100.1.2', 'fd7a:115c:a1e0::1'],
    utun4: ['10.1.1.1'],
    bridge100: ['192.168.64.1'],
    'vEthernet (WSL)': ['172.30.0.1'],
  };
  assert.deepEqual(lanAddresses(machine(interfaces)), ['192.168.1.20', '10.0.0.5', '172.20.0.2']);
});

test('IPv6 counts only on a machine without IPv4', () => {
  assert.deepEqual(lanAddresses(machine({ en0: ['fd00::20', '2001:db8::1', 'fe80::2'] })), ['fd00::20']);
  assert.deepEqual(lanAddresses(machine({ lo: ['127.0.0.1'], eth0: ['203.0.113.9'] })), []);
});

test('a machine is called by its hostname, as one label below local', () => {
  const names = ['Studio', 'studio.example.com', 'Annes-MacBook Pro', 'a_b', '工作站', '', 'localhost', 'x'.repeat(70)];
  assert.deepEqual(names.map(machineName), [
    'studio.local',
    'studio.local',
    'annes-macbook-pro.local',
    'a-b.local',
    'everyhop.local',
    'everyhop.local',
    'everyhop.local',
    `${'x'.repeat(63)}.local`,
  ]);
  assert.deepEqual(
    [1, 2, 12].map((number) => numbered('studio.local', number)),
    ['studio.local', 'studio-2.local', 'studio-12.local'],
  );
  assert.equal(numbered(`${'x'.repeat(63)}.local`, 2).split('.')[0]!.length, 63);
  assert.deepEqual(['chat.local', 'a.b.local', '*.local', 'local', 'chat.test'].map(isLanName), [
    true,
    false,
    false,
    false,
    false,
  ]);
});
