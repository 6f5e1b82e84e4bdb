import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('websocket', {
  variables: openSsl,
  distribution: 'websocket-client',
  code: String.raw`
import websocket
def attempt():
    websocket.create_connection("wss" + url[len("https"):], timeout=10).close()
`,
});
