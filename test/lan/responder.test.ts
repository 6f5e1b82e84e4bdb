import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { NameResponder } from '../../src/lan/responder.ts';

const options = { clock: systemClock, addresses: ['127.0.0.1'], port: 8443, onConflict: () => {} };

test('a port that another program holds alone is an error, and so is an address that has gone', async (t) => {
  const holder = dgram.createSocket('udp4');
  t.after(() => holder.close());
  holder.bind({ port: 5353, exclusive: true });
  try {
    await once(holder, 'listening');
  } catch {
    return t.skip('a responder of this machine shares the port');
  }
  await assert.rejects(NameResponder.start(['studio.local'], options), /EADDRINUSE/);
  const gone = { ...options, addresses: ['192.0.2.77'] };
  await assert.rejects(NameResponder.start(['studio.local'], gone), /192\.0\.2\.77/);
});
