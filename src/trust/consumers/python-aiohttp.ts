import { openSsl } from './shared/openssl.ts';
import { pythonLibrary } from './shared/python.ts';

export default pythonLibrary('aiohttp', {
  variables: openSsl,
  traps: ['trap.missing-file-silent'],
  modules: ['aiohttp', 'aiobotocore', 'aiohttp_retry'],
  code: String.raw`
import aiohttp, asyncio
async def get():
    async with aiohttp.ClientSession(trust_env=True) as session:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=10)) as answer:
            await answer.read()
def attempt():
    asyncio.run(get())
`,
});
