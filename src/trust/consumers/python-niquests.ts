import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('niquests', {
  variables: [
    { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
    { name: 'CURL_CA_BUNDLE', effect: 'replace' },
  ],
  traps: ['trap.ignores-ssl-cert'],
  code: String.raw`
import niquests
def attempt():
    niquests.get(url, timeout=10)
`,
});
