import path from 'node:path';
import type { TestEvent } from 'node:test/reporters';

/** A reporter for `node --test`: lists skipped tests and their reasons at the end. */
export default async function* skipped(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const lines: string[] = [];
  for await (const event of events) {
    if (event.type !== 'test:pass' || event.data.skip === undefined) continue;
    const file = event.data.file === undefined ? '' : `${path.relative(process.cwd(), event.data.file)}: `;
    lines.push(`  ${file}${event.data.name}: ${event.data.skip === true ? 'no reason given' : event.data.skip}\n`);
  }
  yield lines.length === 0 ? '\nNothing was skipped.\n' : `\nSkipped (${lines.length}):\n${lines.join('')}`;
}
