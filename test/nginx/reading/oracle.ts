/** Asks a real nginx about a configuration without starting it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execute } from '../../../src/base/process.ts';
import { nginxProgram, ownPlaces } from '../../support/nginx.ts';
import { cleanEnvironment } from '../../support/up.ts';

interface TestResult {
  accepted: boolean;
  /** The first mistake, without the place. */
  problem: string | undefined;
  line: number | undefined;
  stdout: string;
}

/** @param text the main configuration, bytes as latin1; written to `name` in `folder` */
export async function nginxSays(folder: string, name: string, text: string, ...flags: string[]): Promise<TestResult> {
  const file = path.join(folder, name);
  await writeFile(file, text, 'latin1');
  const args = [...(flags.length > 0 ? flags : ['-t']), '-p', folder, '-c', file];
  const { code, stdout, stderr } = await execute(nginxProgram, args, {
    env: cleanEnvironment(folder),
    encoding: 'latin1',
  });
  const [, problem, line] = /\[emerg\] (?:\d+#\d+: )?([^]*?) in [^\n]*?:(\d+)\n/.exec(stderr) ?? [];
  return { accepted: code === 0, problem, line: line === undefined ? undefined : Number(line), stdout };
}

/** A complete configuration around `http`. nginx writes only to its prefix. */
export function around(http: string, main = ''): string {
  return `${main}${ownPlaces.main}events {}\nhttp {\n${ownPlaces.http}${http}\n}\n`;
}
