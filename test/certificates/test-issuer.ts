import { createPublicKey, type KeyObject } from 'node:crypto';
import type { Clock } from '../../src/base/clock.ts';
import type { Issuance, Issuer } from '../../src/certificates/issuer.ts';
import { addressOctets } from '../../src/names/address.ts';
import { makeCertificate, randomSerial } from '../../src/x509/certificate-writer.ts';
import { der, ia5, sequence } from '../../src/x509/der-writer.ts';
import { basicConstraints, type Extension, GeneralNameTag, keyUsage } from '../../src/x509/extension.ts';
import { exportPrivateKeyPem, generateKey, publicKeyInfo } from '../../src/x509/key.ts';
import { makeName } from '../../src/x509/name.ts';
import { Oid } from '../../src/x509/oids.ts';
import { testRandom } from '../support/seed.ts';

export const dayMs = 24 * 60 * 60 * 1000;
const always = { notBeforeMs: Date.parse('2000-01-01'), notAfterMs: Date.parse('2200-01-01') };

export interface LeafOptions {
  names: readonly string[];
  notBeforeMs: number;
  notAfterMs: number;
}

/** A root, an intermediate, and leaves below it. */
export class TestAuthority {
  readonly rootPem: string;
  readonly intermediatePem: string;
  readonly #key: KeyObject;

  private constructor(rootPem: string, intermediatePem: string, key: KeyObject) {
    this.rootPem = rootPem;
    this.intermediatePem = intermediatePem;
    this.#key = key;
  }

  static async create(): Promise<TestAuthority> {
    const [rootKey, key] = [await generateKey(), await generateKey()];
    const issuer = makeName({ commonName: 'Test Root' });
    const extensions = [basicConstraints(true), keyUsage('keyCertSign')];
    const certificate = (commonName: string, subjectKey: KeyObject): string =>
      pem(
        makeCertificate(
          {
            ...always,
            issuer,
            subject: makeName({ commonName }),
            serial: randomSerial(testRandom),
            publicKeyInfo: publicKeyInfo(createPublicKey(subjectKey)),
            extensions,
          },
          rootKey,
        ),
      );
    return new TestAuthority(certificate('Test Root', rootKey), certificate('Test Intermediate', key), key);
  }

  async leaf({ names, notBeforeMs, notAfterMs }: LeafOptions): Promise<Issuance> {
    const key = await generateKey();
    const serial = randomSerial(testRandom);
    const leaf = makeCertificate(
      {
        serial,
        issuer: makeName({ commonName: 'Test Intermediate' }),
        subject: makeName({}),
        notBeforeMs,
        notAfterMs,
        publicKeyInfo: publicKeyInfo(createPublicKey(key)),
        extensions: [basicConstraints(false), subjectAltName(names)],
      },
      this.#key,
    );
    return {
      chainPem: pem(leaf) + this.intermediatePem,
      keyPem: exportPrivateKeyPem(key),
      serial: serial.toString('hex'),
      notBeforeMs,
      notAfterMs,
    };
  }
}

/** Takes names unchecked: a third-party authority may issue for `*.test`. */
function subjectAltName(names: readonly string[]): Extension {
  const generalNames = names.map((name) => {
    const octets = addressOctets(name);
    return octets ? der(GeneralNameTag.iPAddress, octets) : ia5(GeneralNameTag.dNSName, name);
  });
  return { oid: Oid.subjectAltName, isCritical: true, value: sequence(...generalNames) };
}

/** Issues 30-day leaves at once, records them, and fails on demand. */
export class TestIssuer implements Issuer {
  readonly name: string = 'private';
  readonly issued: string[] = [];
  failure: Error | undefined;
  permits: (names: readonly string[]) => boolean = () => true;
  readonly #authority: TestAuthority;
  readonly #clock: Clock;

  constructor(authority: TestAuthority, clock: Clock) {
    this.#authority = authority;
    this.#clock = clock;
  }

  async issue(names: readonly string[], signal: AbortSignal): Promise<Issuance> {
    signal.throwIfAborted();
    if (this.failure) throw this.failure;
    this.issued.push(names.join(' '));
    const notBeforeMs = Math.floor(this.#clock.now() / 1000) * 1000 - 5 * 60_000;
    return this.#authority.leaf({ names, notBeforeMs, notAfterMs: notBeforeMs + 30 * dayMs });
  }
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
