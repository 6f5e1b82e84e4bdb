import { pythonOf } from '../../../test/support/tools.ts';
import { runClient } from '../client.ts';
import { startProgram } from '../program.ts';
import { packageVersion } from '../python.ts';
import type { RealApp } from '../real-app.ts';

const deployment = `name: counting
control-plane: {}
default-service: count
services:
  count:
    name: Count
    source: { type: local, name: . }
    path: count:workflow
`;

const workflow = `import asyncio
from llama_index.core.workflow import Context, Event, StartEvent, StopEvent, Workflow, step

class Number(Event):
    number: int

class Count(Workflow):
    @step
    async def count(self, ctx: Context, ev: StartEvent) -> StopEvent:
        for number in range(20):
            ctx.write_event_to_stream(Number(number=number))
            await asyncio.sleep(0.05)
        return StopEvent(result='counted')

workflow = Count()
`;

export const llamaDeploy: RealApp = {
  title: 'LlamaDeploy',
  underPath: { stripPath: true, setting: '' },
  async install() {
    const python = pythonOf('llama');
    const llamactl = [python, '-c', 'from llama_deploy.cli.__main__ import main; main()'] as const;
    return {
      version: await packageVersion(python, 'llama-deploy'),
      start: (t) =>
        startProgram(t, {
          command: [python, '-m', 'llama_deploy.apiserver'],
          env: { LLAMA_DEPLOY_APISERVER_PORT: '{port}', LLAMA_DEPLOY_APISERVER_RC_PATH: '{folder}/rc' },
          files: { 'rc/counting.yml': deployment, 'rc/count.py': workflow },
          ready: /Uvicorn running on/,
        }),
      async visit(t, place) {
        const said = await runClient(t, place, [...llamactl, '-s', place.url, 'status']);
        if (!said.includes('is up and running')) throw new Error(said);
        const ran = await runClient(t, place, [...llamactl, '-s', place.url, '-t', '30', 'run', '-d', 'counting']);
        if (!ran.includes('counted')) throw new Error(ran);
        return 'llamactl: status, a workflow ran';
      },
    };
  },
};
