/** The software bill of materials of the executable: SPDX 2.3 (ISO/IEC 5962), as JSON. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './exe/bundle.ts';

export interface SbomContent {
  /** Of the file that it describes. */
  file: string;
  version: string;
  sha1: string;
  sha256: string;
  /** Folders of npm packages, such as `node_modules/zod`. */
  packages: readonly string[];
  node: { version: string; architecture: string; sha256: string; components: NodeJS.ProcessVersions };
  /** Of the sources. */
  date: Date;
}

/** Licences of the components that `process.versions` names, from Node's LICENSE file; '' for entries that are no components. */
const licenses: Record<string, string> = {
  acorn: 'MIT',
  ada: 'MIT',
  amaro: 'MIT',
  ares: 'MIT',
  brotli: 'MIT',
  cldr: 'Unicode-3.0',
  icu: 'Unicode-3.0',
  libffi: 'MIT',
  lief: 'Apache-2.0',
  llhttp: 'MIT',
  merve: 'MIT',
  nbytes: 'MIT',
  ncrypto: 'MIT',
  nghttp2: 'MIT',
  nghttp3: 'MIT',
  ngtcp2: 'MIT',
  openssl: 'Apache-2.0',
  simdjson: 'Apache-2.0',
  simdutf: 'MIT',
  sqlite: 'blessing',
  tz: 'LicenseRef-public-domain',
  undici: 'MIT',
  unicode: '',
  uv: 'MIT',
  uvwasi: 'MIT',
  v8: 'BSD-3-Clause',
  zlib: 'Zlib',
  zstd: 'BSD-3-Clause',
  modules: '',
  napi: '',
  node: '',
};

interface Part {
  id: string;
  name: string;
  version: string;
  license: string;
  /** Package URL. */
  purl?: string;
  checksum?: { algorithm: 'SHA256' | 'SHA512'; checksumValue: string };
}

/** @throws Error for a component without a known licence. */
export function sbom(content: SbomContent): string {
  const { file, version, node } = content;
  const program: Part = { id: 'everyhop', name: 'everyhop', version, license: 'Apache-2.0' };
  const nodePart: Part = {
    id: 'node',
    name: 'node',
    version: node.version,
    license: 'MIT',
    purl: `pkg:npm/node-linux-${node.architecture}@${node.version}`,
    checksum: { algorithm: 'SHA256', checksumValue: node.sha256 },
  };
  const inProgram = npmParts(content.packages);
  const inNode = nodeParts(node.components);
  const contains = (whole: Part, part: Part): object => relation(spdxId(whole.id), 'CONTAINS', spdxId(part.id));
  const parts = [program, nodePart, ...inProgram, ...inNode];
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: file,
    documentNamespace: `urn:uuid:${uuid(`${file} ${content.sha256}`)}`,
    creationInfo: {
      created: content.date.toISOString().replace(/\.\d+/, ''),
      creators: [`Tool: everyhop-${version}`],
    },
    hasExtractedLicensingInfos: [
      {
        licenseId: 'LicenseRef-public-domain',
        name: 'Public domain',
        extractedText: 'This data is in the public domain.',
      },
    ],
    packages: parts.map((part) => ({
      name: part.name,
      SPDXID: spdxId(part.id),
      versionInfo: part.version,
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      licenseConcluded: part.license,
      licenseDeclared: part.license,
      copyrightText: 'NOASSERTION',
      ...(part === nodePart && {
        comment: 'Without its debugging information, and with the one function that it uses of libatomic.',
      }),
      ...(part.checksum && { checksums: [part.checksum] }),
      ...(part.purl && {
        externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: part.purl }],
      }),
    })),
    files: [
      {
        fileName: `./${file}`,
        SPDXID: 'SPDXRef-executable',
        fileTypes: ['BINARY'],
        // The format requires SHA-1 for files.
        checksums: [
          { algorithm: 'SHA1', checksumValue: content.sha1 },
          { algorithm: 'SHA256', checksumValue: content.sha256 },
        ],
        licenseConcluded: 'NOASSERTION',
        copyrightText: 'NOASSERTION',
      },
    ],
    relationships: [
      relation('SPDXRef-DOCUMENT', 'DESCRIBES', 'SPDXRef-executable'),
      relation('SPDXRef-executable', 'GENERATED_FROM', spdxId(program.id)),
      contains(program, nodePart),
      ...inProgram.map((part) => contains(program, part)),
      ...inNode.map((part) => contains(nodePart, part)),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function npmParts(folders: readonly string[]): Part[] {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { integrity: string }>;
  };
  return folders.map((folder) => {
    const { name, version, license } = JSON.parse(
      readFileSync(path.join(root, folder, 'package.json'), 'utf8'),
    ) as Record<'name' | 'version' | 'license', string>;
    const sha512 = /^sha512-(.*)$/.exec(lock.packages[folder]!.integrity)![1]!;
    return {
      id: `npm-${name}`,
      name,
      version,
      license,
      purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
      checksum: { algorithm: 'SHA512', checksumValue: Buffer.from(sha512, 'base64').toString('hex') },
    };
  });
}

function nodeParts(components: NodeJS.ProcessVersions): Part[] {
  const known = Object.entries(components).map(([name, version]) => {
    const license = licenses[name];
    if (license === undefined)
      throw new Error(`packaging/sbom.ts does not know the licence of Node's component ${name}`);
    return { id: `node-${name}`, name, version: version ?? '', license };
  });
  return known.filter(({ version, license }) => version !== '' && license !== '');
}

function relation(spdxElementId: string, relationshipType: string, relatedSpdxElement: string): object {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function spdxId(id: string): string {
  return `SPDXRef-${id.replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
}

/** Made from a text (RFC 9562, version 8). */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
