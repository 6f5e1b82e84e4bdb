import nodePath from 'node:path';
import { Assembly } from './assembly.ts';
import { disk, type FileView } from './files.ts';
import { readAll } from './includes.ts';
import type { Configuration } from './located.ts';

/**
 * Reads a main configuration with all its includes.
 * @param options.main absolute, or relative to the prefix
 * @param options.prefix the prefix that nginx was started with or built for
 * @param options.files the source of the files (default: the disk)
 * @throws EveryhopError `nginx.configuration-missing`, `nginx.syntax`, `nginx.lua-unreadable`, `nginx.include-missing`,
 *   `nginx.include-unreadable`, `nginx.include-endless`, `nginx.path-bytes`, `nginx.byte-order-mark`, `file.*`: the
 *   first mistake that nginx would report
 */
export async function readConfiguration(options: {
  main: string;
  prefix: string;
  files?: FileView;
}): Promise<Configuration> {
  const prefix = options.prefix.endsWith('/') ? options.prefix : `${options.prefix}/`;
  const path = nodePath.isAbsolute(options.main) ? options.main : prefix + options.main;
  const assembly = new Assembly(await readAll(path, options.files ?? disk));
  return { main: assembly.main(path), files: assembly.inOrder(), prefix };
}
