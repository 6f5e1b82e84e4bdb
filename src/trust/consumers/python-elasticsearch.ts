import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('elasticsearch', {
  variables: openSsl,
  modules: ['elasticsearch', 'elastic_transport'],
  code: String.raw`
import elasticsearch
def attempt():
    elasticsearch.Elasticsearch(url.rstrip("/"), max_retries=0, request_timeout=10).info()
`,
});
