/** The apps of the reader, on the ports where real ones listen: a page, an API, a stream. Prints `ready`. */
import { once } from 'node:events';
import http from 'node:http';

const ports = [3000, 7860, 7861, 8000, 8501, 11434, 18789];
for (const port of ports) {
  const server = http.createServer((request, response) => {
    request.resume();
    if (request.url?.startsWith('/v1/models')) {
      response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}\n');
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(`<!doctype html><title>App ${port}</title>\n`);
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
process.stdout.write('ready\n');
