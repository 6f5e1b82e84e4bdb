import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('httplib2', {
  variables: [{ name: 'HTTPLIB2_CA_CERTS', effect: 'replace' }],
  traps: ['trap.ignores-ssl-cert'],
  modules: ['httplib2', 'googleapiclient', 'google_auth_httplib2', 'oauth2client'],
  code: String.raw`
import httplib2
def attempt():
    httplib2.Http(timeout=10).request(url)
`,
});
