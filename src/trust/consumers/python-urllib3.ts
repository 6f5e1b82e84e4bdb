import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('urllib3', {
  variables: openSsl,
  code: String.raw`
import urllib3
def attempt():
    urllib3.PoolManager(retries=False, timeout=10).request("GET", url)
`,
});
