import type { Phrase } from '../base/language.ts';
import { Fault } from '../hop/finding.ts';
import type { HopTrust } from '../hop/hop.ts';
import type { BundlePaths } from './bundle/paths.ts';
import { isAddress, withoutBrackets } from '../names/address.ts';
import type { TrialResult } from './check.ts';
import type { Trap } from './consumer.ts';
import { consumers } from './consumers.ts';
import type { FormerVariable } from './environment.ts';
import { commandId } from './live.ts';
import { checkError, checkWords, trapError, trapWords } from './messages.ts';
import type { Weakening } from './weakening.ts';

/** @param result a trial with an unexpected outcome. @param full the bundle's file of all roots. */
export function trialFinding(result: TrialResult, full: string): Fault {
  const { outcome, consumer: id, direction, url, detail, version } = result;
  const { hostname, port } = new URL(url);
  const host = withoutBrackets(hostname);
  const consumer = id === commandId ? checkWords('trust.hop.itself', {}) : [id, version].join(' ').trim();
  const about = { consumer, hop: checkWords(`trust.hop.${direction}`, { url }) };
  const trust: HopTrust = { roots: direction === 'without' ? 'own' : 'bundle' };
  const known = consumers.find((one) => one.id === id);
  const variables = (known?.variables.map(({ name }) => name) ?? []).join(', ');
  const setting = known?.settings?.find((one) => 'option' in one);
  const option = [setting?.option, setting?.variable].filter((name) => name !== undefined).join(' / ');
  const errors = {
    verified: () => checkError('trust.hop-unverified', about),
    refused: () => {
      if (unsupportedConstraint.test(detail))
        return checkError('trust.address-constraint', { ...about, mend: mendFor(host) });
      if (variables !== '') return checkError('trust.variables-ignored', { ...about, variables, full });
      if (known?.traps.includes('trap.system-file'))
        return checkError('trust.mount-needed', { ...about, option, full });
      if (option !== '') return checkError('trust.option-needed', { ...about, option, full });
      return checkError('trust.hop-refused', { ...about, full });
    },
    failed: () => checkError('trust.trial-failed', about),
    absent: () => checkError('trust.trial-failed', about),
  };
  return new Fault('error', errors[outcome](), {
    hop: {
      from: { role: 'process', name: id },
      to: { host, port: port === '' ? 443 : Number(port), url },
      trust,
    },
    evidence: detail === '' ? [] : [detail],
  });
}

/** BoringSSL's X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE, in its words or in those of Bun. */
const unsupportedConstraint = /unsupported[ _](name[ _])?constraint/i;

function mendFor(host: string): Phrase {
  return isAddress(host)
    ? checkWords('trust.constraint.by-address', {})
    : checkWords('trust.constraint.by-name', { host });
}

/** @param full the bundle's file of all roots. @param root its file of private roots. */
export function weakeningFinding(weakening: Weakening, { full, private: root }: BundlePaths): Fault {
  const { file, line, text, kind, rootsFolder } = weakening;
  const options = { place: { file, line } };
  if (kind === 'off')
    return new Fault('error', checkError('trust.verification-off', {}, options), { evidence: [text] });
  const error =
    rootsFolder === undefined
      ? checkError('trust.own-roots', { full }, options)
      : checkError('trust.roots-folder', { folder: rootsFolder, root }, options);
  return new Fault('warning', error, { evidence: [text] });
}

/** @param ids the consumers with this trap. */
export function trapFinding(trap: Trap, ids: readonly string[]): Fault {
  return new Fault('warning', trapError(trap, { consumers: ids.join(', '), trap: trapWords(trap, {}) }));
}

/** Settings of the environment that conflict with the bundle. */
export interface FormerSettings {
  /** Name a missing file. */
  dangling: readonly FormerVariable[];
  /** Name roots in an unreadable format. */
  leftOut: readonly FormerVariable[];
  /** Disable verification. */
  switches: readonly FormerVariable[];
}

export function settingFindings({ dangling, leftOut, switches }: FormerSettings): Fault[] {
  return [
    ...dangling.map((setting) => new Fault('warning', checkError('trust.setting-dangling', { ...setting }))),
    ...leftOut.map((setting) => new Fault('warning', checkError('trust.setting-replaced', { ...setting }))),
    ...switches.map((setting) => new Fault('error', checkError('trust.switched-off', { ...setting }))),
  ];
}
