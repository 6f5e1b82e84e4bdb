import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('openai', {
  variables: openSsl,
  code: String.raw`
import openai
def attempt():
    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0, timeout=10)
    client.models.list()
`,
});
