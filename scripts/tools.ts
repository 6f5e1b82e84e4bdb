/** Installs what the tests need beyond npm and tells what cannot be had. Exit code 1 for that only with `CI=true`. */
import { ensureTools } from '../test/support/tools.ts';

const missing = await ensureTools((line) => process.stdout.write(`tools: ${line}\n`));
for (const { tool, reason } of missing) {
  process.stdout.write(`tools: no ${tool.name}, so skipped: ${tool.unlocks}. To have them: ${tool.command}\n`);
  process.stdout.write(reason.replace(/^/gm, '  ') + '\n');
}
if (missing.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
