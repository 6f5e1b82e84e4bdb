/**
 * Builds the Debian package into `build/`: `npm run build:deb [-- --arch x64|arm64]`, with `dpkg-deb`. It contains the single
 * executable, its unit, completion and manual. The same sources give the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { servingUnitText } from '../src/service/serving-unit.ts';
import { completions, manual } from './deb/generated.ts';
import { build, builtExecutable, root, sourceDate, version, writeSums } from './result.ts';

const { values } = parseArgs({ options: { arch: { type: 'string', default: process.arch } } });
const debianArchitectures: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };
const architecture = debianArchitectures[values.arch];
if (architecture === undefined) throw new Error(`--arch is x64 or arm64, not ${values.arch}`);

const templates = path.join(import.meta.dirname, 'deb');
const debianVersion = `${version}-1`;
const date = sourceDate();
const folder = mkdtempSync(path.join(build, '.deb-'));
const tree = path.join(folder, 'tree');

function put(file: string, content: string | Uint8Array, mode = 0o644): void {
  const target = path.join(tree, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content);
  chmodSync(target, mode);
}

function template(name: string): string {
  return readFileSync(path.join(templates, name), 'utf8');
}

/** Without the name and time of the file. */
function compressed(content: string | Uint8Array): Buffer {
  return gzipSync(content, { level: 9 });
}

/** The administrator sets the service up with the configuration alone. */
const unit = servingUnitText({
  command: ['/usr/bin/everyhop', 'up', '--config', '/etc/everyhop/everyhop.yaml', '--state', '/var/lib/everyhop'],
  reload: ['/usr/bin/everyhop', 'reload', '--state', '/var/lib/everyhop'],
  stateFolder: '/var/lib/everyhop',
  environmentFile: '/etc/everyhop/everyhop.env',
  reads: [],
  systemdVersion: 252,
});

try {
  const executable = builtExecutable(values.arch);
  mkdirSync(path.join(tree, 'usr/bin'), { recursive: true });
  cpSync(executable, path.join(tree, 'usr/bin/everyhop'));
  chmodSync(path.join(tree, 'usr/bin/everyhop'), 0o755);
  put('lib/systemd/system/everyhop.service', unit);
  put('etc/everyhop/everyhop.yaml', template('everyhop.yaml'));
  for (const [file, content] of Object.entries(await completions())) put(file, content);
  put('usr/share/man/man1/everyhop.1.gz', compressed(await manual(version, date)));
  const documents = 'usr/share/doc/everyhop';
  put(`${documents}/copyright`, template('copyright'));
  put(`${documents}/licenses.txt.gz`, compressed(readFileSync(`${executable}.licenses.txt`)));
  put(`${documents}/changelog.gz`, compressed(readFileSync(path.join(root, 'CHANGELOG.md'))));
  put(`${documents}/changelog.Debian.gz`, compressed(debianChangelog()));
  put(`${documents}/README.Debian`, template('README.Debian'));
  put('usr/share/lintian/overrides/everyhop', template('lintian-overrides'));
  const size = Math.ceil(files().reduce((sum, file) => sum + statSync(path.join(tree, file)).size, 0) / 1024);
  const sums = files().map((file) => `${md5(readFileSync(path.join(tree, file)))}  ${file}\n`);
  put('DEBIAN/md5sums', sums.join(''));
  put('DEBIAN/conffiles', '/etc/everyhop/everyhop.yaml\n');
  put('DEBIAN/templates', template('templates'));
  for (const name of ['config', 'postinst', 'prerm', 'postrm']) put(`DEBIAN/${name}`, template(name), 0o755);
  const control = template('control').replace('@VERSION@', debianVersion).replace('@ARCHITECTURE@', architecture);
  put('DEBIAN/control', control.replace('@SIZE@', String(size)));
  for (const name of readdirSync(tree, { recursive: true, encoding: 'utf8' })) {
    const full = path.join(tree, name);
    if (statSync(full).isDirectory()) chmodSync(full, 0o755);
    utimesSync(full, date, date);
  }
  utimesSync(tree, date, date);
  chmodSync(tree, 0o755);
  const name = `everyhop_${debianVersion}_${architecture}.deb`;
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', tree, path.join(folder, name)], {
    env: { PATH: process.env['PATH'], SOURCE_DATE_EPOCH: String(date.getTime() / 1000) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  renameSync(path.join(folder, name), path.join(build, name));
  writeSums();
  process.stdout.write(`build/${name}: ${(statSync(path.join(build, name)).size / 1e6).toFixed(1)} MB\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Everything but the control files, in the order of their names. */
function files(): string[] {
  const all = readdirSync(tree, { recursive: true, encoding: 'utf8' }).toSorted();
  return all.filter((file) => !file.startsWith('DEBIAN') && statSync(path.join(tree, file)).isFile());
}

function md5(content: Uint8Array): string {
  return createHash('md5').update(content).digest('hex');
}

function debianChangelog(): string {
  const [, maintainer] = /^Maintainer: (.*)$/m.exec(template('control'))!;
  const day = date.toUTCString().replace('GMT', '+0000');
  return `everyhop (${debianVersion}) unstable; urgency=medium\n\n  * See changelog.gz.\n\n -- ${maintainer}  ${day}\n`;
}
