import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('httpx', {
  variables: openSsl,
  modules: ['httpx', 'httpcore'],
  traps: ['trap.unhashed-folder'],
  code: String.raw`
import httpx
def attempt():
    httpx.get(url, timeout=10)
`,
});
