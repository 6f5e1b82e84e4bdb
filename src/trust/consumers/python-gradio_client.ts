import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('gradio_client', {
  variables: openSsl,
  code: String.raw`
import gradio_client, httpx
def attempt():
    try:
        gradio_client.Client(url, verbose=False)
    except httpx.HTTPStatusError:
        pass
    except (ValueError, KeyError) as error:
        if refused(error):
            raise
`,
});
