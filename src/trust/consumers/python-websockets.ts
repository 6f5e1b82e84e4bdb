import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('websockets', {
  variables: openSsl,
  code: String.raw`
import websockets.sync.client
def attempt():
    websockets.sync.client.connect("wss" + url[len("https"):], open_timeout=10).close()
`,
});
