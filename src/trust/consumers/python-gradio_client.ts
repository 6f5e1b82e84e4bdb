import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('gradio_client', {
  variables: openSsl,
  code: String.raw`
import gradio_client
def attempt():
    gradio_client.Client(url, verbose=False)
`,
});
