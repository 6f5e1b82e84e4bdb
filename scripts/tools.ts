/** Installs the tools that tests need and npm does not bring, and lists the missing ones. Those cause exit code 1 only with `CI=true`. */
import { ensureTools } from '../test/support/tools.ts';

const missing = await ensureTools((line) => process.stdout.write(`tools: ${line}\n`));
for (const { tool, reason } of missing) {
  process.stdout.write(
    `tools: ${tool.name} is missing, so these are skipped: ${tool.unlocks}. To install it: ${tool.command}\n`,
  );
  process.stdout.write(reason.replace(/^/gm, '  ') + '\n');
}
if (missing.length > 0 && process.env['CI'] === 'true') process.exitCode = 1;
