import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('requests', {
  variables: [
    { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
    { name: 'CURL_CA_BUNDLE', effect: 'replace' },
  ],
  traps: ['trap.ignores-ssl-cert', 'trap.beats-session'],
  code: String.raw`
import requests
def attempt():
    requests.get(url, timeout=10)
`,
});
