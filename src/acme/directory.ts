import type { Answer } from './answer.ts';
import { printable } from './problem.ts';

/** An authority's directory (RFC 8555 §7.1.1, RFC 9773 §3). Unknown keys are ignored. */
export interface Directory {
  newNonce: string;
  newAccount: string;
  newOrder: string;
  revokeCert: string | undefined;
  keyChange: string | undefined;
  renewalInfo: string | undefined;
  termsOfService: string | undefined;
  website: string | undefined;
  /** The names by which CAA records permit this authority. */
  caaIdentities: string[];
  externalAccountRequired: boolean;
  /** Profile names and their descriptions. */
  profiles: Readonly<Record<string, string>>;
}

/** @throws AcmeError `acme.answer-malformed`. */
export function readDirectory(answer: Answer): Directory {
  const fields = answer.fields();
  const meta = fields.optionalObject('meta');
  const caaIdentities = meta?.raw('caaIdentities');
  const profiles = Object.entries((meta?.raw('profiles') ?? {}) as Record<string, unknown>);
  return {
    newNonce: fields.url('newNonce'),
    newAccount: fields.url('newAccount'),
    newOrder: fields.url('newOrder'),
    revokeCert: fields.optionalUrl('revokeCert'),
    keyChange: fields.optionalUrl('keyChange'),
    renewalInfo: fields.optionalUrl('renewalInfo'),
    termsOfService: meta?.optionalText('termsOfService'),
    website: meta?.optionalText('website'),
    caaIdentities: Array.isArray(caaIdentities) ? caaIdentities.filter((value) => typeof value === 'string') : [],
    externalAccountRequired: meta?.raw('externalAccountRequired') === true,
    profiles: Object.fromEntries(profiles.map(([name, description]) => [name, printable(description)])),
  };
}
