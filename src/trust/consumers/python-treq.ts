import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('treq', {
  variables: openSsl,
  modules: ['treq', 'twisted'],
  code: String.raw`
import treq
from twisted.internet import defer, task
def attempt():
    caught = []
    async def get():
        try:
            await treq.get(url, timeout=10)
        except Exception as error:
            caught.append(error)
    try:
        task.react(lambda reactor: defer.ensureDeferred(get()))
    except SystemExit:
        pass
    if caught:
        raise caught[0]
`,
});
