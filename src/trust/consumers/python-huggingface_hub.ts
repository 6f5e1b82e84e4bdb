import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('huggingface_hub', {
  variables: openSsl,
  code: String.raw`
import huggingface_hub
def attempt():
    from huggingface_hub.utils import get_session
    get_session().get(url, timeout=10)
`,
});
