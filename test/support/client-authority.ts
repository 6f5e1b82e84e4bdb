import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The last update and the end of a revocation list. */
export interface ListTimes {
  lastUpdate: Date;
  nextUpdate: Date;
}

const hourMs = 60 * 60 * 1000;

/** An authority for client certificates, run by `openssl ca`. */
export class ClientAuthority {
  readonly folder: string;
  readonly pem: string;

  /** @param issuer undefined: a root. */
  constructor(parent: string, name: string, issuer?: ClientAuthority) {
    this.folder = path.join(parent, name);
    mkdirSync(this.folder);
    writeFileSync(this.#file('index.txt'), '');
    writeFileSync(this.#file('index.txt.attr'), 'unique_subject = no\n');
    writeFileSync(this.#file('crlnumber'), '01\n');
    const { folder } = this;
    const configuration = `[ca]\ndefault_ca = it\n[it]\ndatabase = ${folder}/index.txt\ncrlnumber = ${folder}/crlnumber
certificate = ${folder}/ca.pem\nprivate_key = ${folder}/ca.key\ndefault_md = sha256\ndefault_days = 2\nrand_serial = yes
policy = any\nnew_certs_dir = ${folder}\n[any]\ncommonName = supplied\n[authority]\nbasicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign\nsubjectKeyIdentifier = hash\n[client]\nkeyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth\n`;
    writeFileSync(this.#file('openssl.cnf'), configuration);
    const subject = ['-subj', `/CN=${name}`];
    if (issuer) {
      issuer.#sign(name, 'authority');
      for (const [suffix, target] of [
        ['pem', 'ca.pem'],
        ['key', 'ca.key'],
      ] as const)
        writeFileSync(this.#file(target), readFileSync(issuer.#file(`${name}.${suffix}`)));
    } else {
      const extensions = ['-config', this.#file('openssl.cnf'), '-extensions', 'authority'];
      openssl(
        'req',
        '-x509',
        ...newKey,
        ...subject,
        ...extensions,
        '-days',
        '2',
        '-keyout',
        this.#file('ca.key'),
        '-out',
        this.#file('ca.pem'),
      );
    }
    this.pem = readFileSync(this.#file('ca.pem'), 'utf8');
  }

  issue(name: string): { cert: string; key: string } {
    this.#sign(name, 'client');
    return {
      cert: readFileSync(this.#file(`${name}.pem`), 'utf8'),
      key: readFileSync(this.#file(`${name}.key`), 'utf8'),
    };
  }

  certificateFile(name: string): string {
    return this.#file(`${name}.pem`);
  }

  revoke(name: string): void {
    openssl('ca', '-config', this.#file('openssl.cnf'), '-revoke', this.#file(`${name}.pem`));
  }

  /** Writes a revocation list, PEM. @returns its file. */
  list(name: string, times: Partial<ListTimes> = {}): string {
    const { lastUpdate = new Date(Date.now() - hourMs), nextUpdate = new Date(Date.now() + 24 * hourMs) } = times;
    const when = ['-crl_lastupdate', timeOf(lastUpdate), '-crl_nextupdate', timeOf(nextUpdate)];
    openssl('ca', '-config', this.#file('openssl.cnf'), '-gencrl', ...when, '-out', this.#file(name));
    return this.#file(name);
  }

  #sign(name: string, extensions: string): void {
    const [key, request] = [this.#file(`${name}.key`), this.#file(`${name}.csr`)];
    openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    const given = ['-batch', '-notext', '-extensions', extensions, '-in', request, '-out', this.#file(`${name}.pem`)];
    openssl('ca', '-config', this.#file('openssl.cnf'), ...given);
  }

  #file(name: string): string {
    return path.join(this.folder, name);
  }
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

/** `20261127093000Z`. */
function timeOf(date: Date): string {
  return `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`;
}
