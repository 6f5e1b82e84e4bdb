import { runPython } from '../client.ts';
import { startProgram } from '../program.ts';
import { pythonOf } from '../../../test/support/tools.ts';
import { packageVersion } from '../python.ts';
import type { RealApp } from '../real-app.ts';

const server = `
import os
from mcp.server.fastmcp import Context, FastMCP
app = FastMCP('counter', host='127.0.0.1', port=int(os.environ['PORT']))

@app.tool()
async def count(to: int, context: Context) -> int:
    for number in range(to):
        await context.report_progress(number + 1, to)
    return to

app.run(os.environ['TRANSPORT'], mount_path=os.environ['MOUNT_PATH'])
`;

const client = (transport: string): string => `
import asyncio, os
from mcp import ClientSession
${transport === 'sse' ? 'from mcp.client.sse import sse_client as connect' : 'from mcp.client.streamable_http import streamablehttp_client as connect'}

async def main():
    seen = []
    async def progress(done, total, message):
        seen.append(done)
    async with connect(os.environ['URL'] + '/${transport === 'sse' ? 'sse' : 'mcp'}') as streams:
        async with ClientSession(streams[0], streams[1]) as session:
            await session.initialize()
            assert [tool.name for tool in (await session.list_tools()).tools] == ['count']
            answer = await session.call_tool('count', {'to': 20}, progress_callback=progress)
            assert answer.content[0].text == '20'
            print(len(seen))

def reason(error):
    while getattr(error, 'exceptions', None):
        error = error.exceptions[0]
    return error

try:
    asyncio.run(asyncio.wait_for(main(), 20))
except BaseException as error:
    raise SystemExit(str(reason(error)).split('\\n')[0] or repr(reason(error)))
`;

export const mcp = (transport: 'streamable-http' | 'sse'): RealApp => ({
  title: `FastMCP, ${transport}`,
  // Server-sent events name the path for messages.
  underPath: { stripPath: true, setting: transport === 'sse' ? 'app.run("sse", mount_path="{path}")' : '' },
  async install() {
    const python = pythonOf('guarded');
    return {
      version: await packageVersion(python, 'mcp'),
      start: (t, prefix) =>
        startProgram(t, {
          command: [python, '{folder}/server.py'],
          env: { TRANSPORT: transport, MOUNT_PATH: prefix ?? '/' },
          files: { 'server.py': server },
          ready: /Uvicorn running on/,
        }),
      async visit(t, place) {
        const steps = await runPython(t, place, python, client(transport));
        return `its client: a tool called, ${steps} steps of progress over SSE`;
      },
    };
  },
});
