import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('curl_cffi', {
  variables: [
    { name: 'REQUESTS_CA_BUNDLE', effect: 'replace' },
    { name: 'CURL_CA_BUNDLE', effect: 'replace' },
    { name: 'SSL_CERT_FILE', effect: 'replace' },
  ],
  traps: ['trap.address-constraints'],
  code: String.raw`
from curl_cffi import requests
def attempt():
    try:
        requests.get(url, timeout=10)
    except Exception as error:
        code = getattr(error, "code", 0)
        if code in (60, 77, 35):
            end("refused", str(error))
        if code in (52, 55, 56, 1, 8, 16, 18, 92):
            end("verified")
        raise
`,
});
