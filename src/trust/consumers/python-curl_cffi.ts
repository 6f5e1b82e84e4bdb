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
from curl_cffi.requests.exceptions import CertificateVerifyError
def attempt():
    try:
        requests.get(url, timeout=10)
    except CertificateVerifyError as error:
        end("refused", str(error))
`,
});
