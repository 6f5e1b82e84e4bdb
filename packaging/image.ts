/**
 * Builds the container image into `build/`, as a tar of an OCI image layout: `npm run build:image`. It holds the single executable
 * and the libraries of this Debian that it loads, nothing else. Needs GNU tar, but no container engine and no base image.
 */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { build, builtExecutable, sha256, sourceDate, version, writeSums } from './result.ts';

/** Debian gives these numbers to no user. */
const user = 65532;
const state = '/var/lib/everyhop';
/** Folders of that user, which a new volume copies. `/trust` is for the roots of apps in other containers. */
const own = [state, '/trust'];
const date = sourceDate();
const name = `everyhop-${version}-image-x64.tar`;
if (process.arch !== 'x64') throw new Error('the image is built on x64 only');

const folder = mkdtempSync(path.join(build, '.image-'));
const tree = path.join(folder, 'tree');
const layout = path.join(folder, 'layout');

try {
  const executable = builtExecutable('x64');
  fill(executable);
  const layer = makeLayer();
  const blobs = path.join(layout, 'blobs/sha256');
  mkdirSync(blobs, { recursive: true });
  const blob = (content: Uint8Array): string => {
    const digest = sha256(content);
    writeFileSync(path.join(blobs, digest), content);
    return `sha256:${digest}`;
  };
  const packed = gzipSync(layer, { level: 6 });
  const config = json(configuration(`sha256:${sha256(layer)}`));
  const manifest = json({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: blob(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: blob(packed), size: packed.length }],
  });
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: blob(manifest),
        size: manifest.length,
        annotations: {
          'org.opencontainers.image.ref.name': version,
          'io.containerd.image.name': `docker.io/library/everyhop:${version}`,
        },
      },
    ],
  };
  writeFileSync(path.join(layout, 'index.json'), json(index));
  writeFileSync(path.join(layout, 'oci-layout'), json({ imageLayoutVersion: '1.0.0' }));
  tar(layout, path.join(folder, name), ['.'], 0);
  renameSync(path.join(folder, name), path.join(build, name));
  writeSums();
  const [size, unpacked] = [statSync(path.join(build, name)).size, layer.length].map((bytes) =>
    (bytes / 1e6).toFixed(1),
  );
  process.stdout.write(`build/${name}: ${size} MB, ${unpacked} MB unpacked\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function put(file: string, content: string): void {
  const target = path.join(tree, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, content, { mode: 0o644 });
}

/** The files of the image. */
function fill(executable: string): void {
  const program = path.join(tree, 'usr/bin/everyhop');
  mkdirSync(path.dirname(program), { recursive: true });
  cpSync(executable, program, { mode: 0 });
  const listed = execFileSync('ldd', [executable], { encoding: 'utf8' });
  for (const [, library] of listed.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)) {
    const target = path.join(tree, library!);
    mkdirSync(path.dirname(target), { recursive: true });
    cpSync(realpathSync(library!), target);
  }
  for (const name of ['libc6', 'libstdc++6', 'libgcc-s1']) {
    const license = `/usr/share/doc/${name}/copyright`;
    if (existsSync(license)) put(license, readFileSync(realpathSync(license), 'utf8'));
  }
  put('usr/share/doc/everyhop/licenses.txt', readFileSync(`${executable}.licenses.txt`, 'utf8'));
  put('etc/passwd', `root:x:0:0::/:/sbin/nologin\neveryhop:x:${user}:${user}::${state}:/sbin/nologin\n`);
  put('etc/group', `root:x:0:\neveryhop:x:${user}:\n`);
  put('etc/nsswitch.conf', 'hosts: files dns\n');
  // Node's copy of Mozilla's set: roots that the builder has added for itself do not belong here.
  put('etc/ssl/certs/ca-certificates.crt', `${rootCertificates.join('\n')}\n`);
  mkdirSync(path.join(tree, 'etc/everyhop'));
  for (const name of own) mkdirSync(path.join(tree, name), { recursive: true });
}

function makeLayer(): Buffer {
  const file = path.join(folder, 'layer.tar');
  tar(tree, file, [...own.map((name) => `--exclude=.${name}`), '.'], 0);
  tar(tree, file, ['--append', ...own.map((name) => `.${name}`)], user);
  return readFileSync(file);
}

/** @param owner of all files. */
function tar(from: string, file: string, args: readonly string[], owner: number): void {
  const how = args[0] === '--append' ? [] : ['--create'];
  const same = ['--sort=name', '--format=ustar', `--mtime=@${date.getTime() / 1000}`, '--numeric-owner'];
  const owners = [`--owner=${owner}`, `--group=${owner}`, '--mode=u+rwX,go+rX,go-w'];
  execFileSync('tar', [...how, `--file=${file}`, `--directory=${from}`, ...same, ...owners, ...args]);
}

function configuration(layer: string): object {
  const healthcheck = {
    Test: ['CMD', '/usr/bin/everyhop', 'status'],
    Interval: 30e9,
    Timeout: 10e9,
    StartPeriod: 60e9,
  };
  return {
    created: date.toISOString(),
    architecture: 'amd64',
    os: 'linux',
    config: {
      User: `${user}:${user}`,
      Entrypoint: ['/usr/bin/everyhop'],
      Cmd: ['up', '--config', '/etc/everyhop/everyhop.yaml'],
      Env: ['PATH=/usr/bin', `HOME=${state}`],
      WorkingDir: state,
      Volumes: { [state]: {} },
      ExposedPorts: { '443/tcp': {}, '80/tcp': {} },
      StopSignal: 'SIGTERM',
      Healthcheck: healthcheck,
      Labels: {
        'org.opencontainers.image.title': 'Everyhop',
        'org.opencontainers.image.description': 'Verified HTTPS on every hop of a self-hosted AI stack',
        'org.opencontainers.image.version': version,
        'org.opencontainers.image.licenses': 'Apache-2.0',
        'org.opencontainers.image.created': date.toISOString(),
      },
    },
    rootfs: { type: 'layers', diff_ids: [layer] },
    history: [{ created: date.toISOString(), created_by: 'npm run build:image' }],
  };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
