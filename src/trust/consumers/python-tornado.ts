import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('tornado', {
  variables: openSsl,
  code: String.raw`
import asyncio
from tornado.httpclient import AsyncHTTPClient
def attempt():
    async def get():
        await AsyncHTTPClient().fetch(url, request_timeout=10, connect_timeout=10)
    asyncio.run(get())
`,
});
