import { atStart, pythonLibrary } from './shared/python.ts';

export default pythonLibrary('pycurl', {
  variables: atStart,
  settings: [{ option: 'CURLOPT_CAINFO' }],
  modules: ['pycurl', 'tornado.curl_httpclient', 'human_curl', 'ycurl'],
  code: String.raw`
import pycurl
def attempt():
    curl = pycurl.Curl()
    curl.setopt(pycurl.URL, url)
    curl.setopt(pycurl.TIMEOUT, 10)
    curl.setopt(pycurl.WRITEFUNCTION, lambda piece: None)
    try:
        curl.perform()
    except pycurl.error:
        if curl.getinfo(pycurl.APPCONNECT_TIME) > 0:
            end("verified")
        raise
`,
});
