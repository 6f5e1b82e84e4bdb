/**
 * One instance of a chat app, as a process that can be killed: `node app.ts PORT`. `/health`, `/` (GET and POST), and `/stream`, an
 * endless SSE answer. It tells its parent of each POST, and takes the name of a fault from it.
 */
import http from 'node:http';

let fault = '';
process.on('message', (message: string) => (fault = message));

const server = http.createServer((request, response) => {
  if (fault === 'cut' && request.url !== '/health') {
    response.writeHead(200, { 'Content-Length': '1000' });
    response.write('part of the answer', () => request.socket.destroy());
    return;
  }
  if (fault === 'busy' && request.url !== '/health') {
    response.writeHead(503).end('queue is full');
    return;
  }
  if (request.url === '/stream') {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    const timer = setInterval(() => response.write('data: token\n\n'), 250);
    response.on('close', () => clearInterval(timer));
    return;
  }
  request.resume();
  request.on('end', () => {
    if (request.method === 'POST') process.send?.(request.headers['x-order']);
    response.setHeader('X-Instance', process.argv[2]!);
    response.end('answer');
  });
});
server.keepAliveTimeout = 5000;
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
