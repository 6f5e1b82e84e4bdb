/** An app for a machine of `bootMachine`: it answers `/` with a page, and `/stream` with eight lines, one after each tick. */
import http from 'node:http';

const [address, port] = process.argv.slice(2);
const streams = new Set<http.ServerResponse>();

const server = http.createServer((request, response) => {
  if (request.url !== '/stream') return response.end('the app\n');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('line 1\n');
  streams.add(response);
  process.stdout.write('stream\n');
  return undefined;
});
server.listen(Number(port), address, () => process.stdout.write('listening\n'));

let line = 1;
process.stdin.on('data', (ticks: Buffer) => {
  for (const _ of ticks) {
    line += 1;
    for (const response of streams) {
      response.write(`line ${line}\n`);
      if (line === 8) response.end();
    }
  }
});
