import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('httpx2', {
  variables: openSsl,
  modules: ['httpx2', 'httpcore2'],
  code: String.raw`
import httpx2
def attempt():
    httpx2.get(url, timeout=10)
`,
});
