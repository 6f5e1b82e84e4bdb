import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('urllib', {
  variables: openSsl,
  modules: null,
  traps: ['trap.missing-file-silent'],
  code: String.raw`
import urllib.request
def attempt():
    urllib.request.urlopen(url, timeout=10).read()
`,
});
