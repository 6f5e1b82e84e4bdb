import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { readSystemRoots } from '../../trust/bundle.ts';
import { explain, type Explanation } from '../../trust/explain.ts';
import { encodePem } from '../../x509/pem.ts';
import { clock } from '../system.ts';
import { prepareTrust } from './prepare.ts';
import type { TrustOptions } from './sources.ts';

/** The chain that a server sends, and whether the system's roots, Mozilla's and the bundle of `run` accept it. */
export async function explainChain(url: URL, options: TrustOptions): Promise<Explanation> {
  const { paths } = await prepareTrust(options);
  const system = await readSystemRoots();
  return explain(
    url,
    [
      { id: 'system', pems: system.roots.map(({ certificate }) => encodePem('CERTIFICATE', certificate.der)) },
      { id: 'mozilla', pems: [...tls.rootCertificates] },
      { id: 'bundle', pems: [await readFile(paths.full, 'utf8')] },
    ],
    clock,
  );
}
