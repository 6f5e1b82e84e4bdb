import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('urllib', {
  variables: openSsl,
  traps: ['trap.missing-file-silent'],
  code: String.raw`
import urllib.request, urllib.error
def attempt():
    try:
        urllib.request.urlopen(url, timeout=10).read()
    except urllib.error.HTTPError:
        pass
`,
});
