import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPrograms } from '../../bench/edge/programs.ts';
import type { Tool } from '../support/tools.ts';

/** A program that is installed, or that its package manager can or cannot install. */
function program(name: string, state: 'there' | 'installable' | 'refused'): Tool {
  let there = state === 'there';
  return {
    name,
    unlocks: `the comparison with ${name}`,
    command: `install ${name}`,
    isInstalled: () => there,
    async install() {
      if (state === 'refused') throw new Error('only root on Debian can install it');
      there = true;
    },
  };
}

test('skips a peer that cannot be installed, by name, and compares the others', async () => {
  const told: string[] = [];
  const proxies = {
    nginx: program('nginx', 'there'),
    haproxy: program('haproxy', 'installable'),
    caddy: program('caddy', 'refused'),
  };
  const load = program('h2load', 'refused');
  const found = await findPrograms(['everyhop', 'nginx', 'haproxy', 'caddy'], (line) => told.push(line), {
    proxies,
    load,
  });
  assert.deepEqual(found.peers, ['everyhop', 'nginx', 'haproxy']);
  assert.equal(found.hasLoad, false);
  assert.deepEqual(found.missing, [
    'the comparison with caddy: caddy is not installed (only root on Debian can install it); to install it: install caddy',
    'the comparison with h2load: h2load is not installed (only root on Debian can install it); to install it: install h2load',
  ]);
  assert.deepEqual(told, [
    'installing haproxy, for the comparison with haproxy',
    'installing caddy, for the comparison with caddy',
    'installing h2load, for the comparison with h2load',
  ]);
});

test('does not install the load generator without a peer to load', async () => {
  const load = program('h2load', 'refused');
  const found = await findPrograms(['caddy'], () => {}, { proxies: { caddy: program('caddy', 'refused') }, load });
  assert.deepEqual(found.peers, []);
  assert.equal(found.missing.length, 1);
});
