// A chat page on one port and its API on another: node serve.js
// API_URL is the base of the page's calls. Default: the API's own address, as in many apps; empty: the page's origin.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const { PAGE_PORT = '8501', API_PORT = '8000', API_URL = 'http://api.test:8000' } = process.env;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>One origin</title>
  <style>
    body { font: 16px/1.6 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; color-scheme: light dark }
    output { display: block; white-space: pre-wrap }
  </style>
  <h1>A page and its API</h1>
  <p>The page is at <code id="page"></code>, its API at <code id="api"></code>.</p>
  <button>Ask</button>
  <output></output>
  <script type="module">
    const api = ${JSON.stringify(API_URL)} + '/v1/answer';
    const output = document.querySelector('output');
    document.querySelector('#page').textContent = location.origin;
    document.querySelector('#api').textContent = new URL(api, location.href).href;
    document.querySelector('button').addEventListener('click', async () => {
      output.textContent = '';
      try {
        const response = await fetch(api, { method: 'POST' });
        for await (const text of response.body.pipeThrough(new TextDecoderStream())) output.textContent += text;
      } catch (error) {
        output.textContent = error.message;
      }
    });
  </script>
</html>
`;

const listen = (server, port) => new Promise((resolve) => server.listen(Number(port), '127.0.0.1', resolve));

const pages = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page);
});

async function answer(request, response) {
  // CORS allows every page, so only mixed content can block the call.
  response.setHeader('access-control-allow-origin', '*');
  if (request.method !== 'POST' || request.url !== '/v1/answer') {
    response.writeHead(404).end();
    return;
  }
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  for (const word of 'The API answers, one word at a time.'.split(' ')) {
    response.write(`${word} `);
    await wait(100);
  }
  response.end();
}

const api = createServer((request, response) => void answer(request, response));

await Promise.all([listen(pages, PAGE_PORT), listen(api, API_PORT)]);
console.log(`page: http://127.0.0.1:${PAGE_PORT}, API: http://127.0.0.1:${API_PORT}`);
