import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ServerBlock } from '../model/server.ts';
import { matchesName } from '../model/servers.ts';
import type { Expectation } from '../proof/expectation.ts';
import type { Target } from '../proof/target.ts';
import { readConfiguration } from '../reading/configuration.ts';
import { disk, overlay } from '../reading/files.ts';
import type { Configuration } from '../reading/located.ts';
import type { Change } from './apply.ts';
import { placeOf } from './context.ts';
import { isTls } from './added-listens.ts';
import { answeringIndex } from './claimants.ts';
import { spliced } from './edit.ts';
import type { FileChange } from './journal.ts';
import { changeError } from './messages.ts';
import type { OpenedNginx } from './opening.ts';
import { type Plan, planSite, type PlanRequest } from './plan.ts';
import { changesOf, digest, managedSite, recordText } from './records.ts';
import { type IssuanceOptions, recordFile, siteFolder, siteName, type SiteRecord } from './site.ts';
import { siteRemoval } from './site-removal.ts';
import { refuseOtherSite } from './unfit.ts';
import { newFileMode } from './write.ts';

/** A planned change of a site. */
export interface Draft {
  plan: Plan;
  request: PlanRequest;
  record: SiteRecord;
  /** Empty if nothing needs to change. */
  files: FileChange[];
  /** The site had HTTPS before. */
  wasSecured: boolean;
}

/**
 * Plans HTTPS for a site, starting from the configuration without our earlier changes for it.
 * @throws EveryhopError those of `planSite`; `nginx.managed-together`; `file.*`.
 */
export async function draftSite(opened: OpenedNginx, request: PlanRequest, issuing: IssuanceOptions): Promise<Draft> {
  const { nginx, configuration } = opened;
  const site = siteName(request.names);
  const existing = await managedSite(nginx.confFile, site);
  const cleared = clearedOf(configuration, siteFolder(nginx.confFile, site), existing?.files ?? new Map());
  const base = await readConfiguration({ main: nginx.confFile, prefix: nginx.prefix, files: overlay(disk, cleared) });
  const servers = opened.serversOf(base);
  await refuseOtherSite(servers, request.names, nginx.confFile);
  const plan = planSite(
    base,
    servers,
    { ...request, webroot: issuing.webroot },
    nginx,
    opened.serversOf(configuration),
  );
  const texts = new Map(configuration.files.map((file) => [file.path, file.text]));
  const edited = new Map([...cleared, ...plan.edited]);
  const record: SiteRecord = {
    names: request.names,
    tlsPort: request.tlsPort,
    ...(request.publicPort !== undefined && { publicPort: request.publicPort }),
    ...(request.keepsHost && { keepsHost: true }),
    ...(request.redirects === false && { redirects: false }),
    ...(request.hstsSeconds === undefined && { hsts: false }),
    isWhole: request.certificate !== undefined,
    answers: request.challenges,
    edited: await Promise.all([...plan.edited.keys()].map((file) => realpath(file))),
    written: Object.fromEntries([...plan.managed].map(([file, text]) => [path.basename(file), digest(text)])),
    proof: request.proof,
    app: request.app?.id,
    webroot: plan.webroot,
    issuing,
  };
  const managed = new Map([[recordFile(nginx.confFile, site), recordText(record)], ...plan.managed]);
  const newMode = await narrowestMode(configuration);
  const files = changesOf({ existing, text: (file) => texts.get(file) }, { managed, edited }).map((change) => {
    // The record has the names of accounts and DNS providers, which only Everyhop needs.
    if (change.path === recordFile(nginx.confFile, site)) return { ...change, newMode: recordMode };
    return change.before === undefined ? { ...change, newMode } : change;
  });
  return { plan, request, record, files, wasSecured: existing?.record.isWhole === true };
}

const recordMode = 0o600;

/** Our files repeat lines of the user's files, so they get no wider permissions than the strictest of these. */
async function narrowestMode({ files }: Configuration): Promise<number> {
  const found = await Promise.all(files.map(({ path: file }) => stat(file).catch(() => undefined)));
  return found.reduce((narrowest, one) => narrowest & (one?.mode ?? newFileMode), newFileMode);
}

/** The user's files without our changes for a site. @throws EveryhopError `nginx.undo-lost`. */
export function clearedOf(
  { files }: Pick<Configuration, 'files'>,
  folder: string,
  managed: ReadonlyMap<string, string>,
): Map<string, string> {
  const { splices, missing } = siteRemoval(files, folder, (file) => managed.get(file));
  const [lost] = missing;
  if (lost) {
    const { located, include } = lost;
    const site = path.basename(folder);
    const place = { file: located.file.path, line: located.directive.line };
    throw changeError('nginx.undo-lost', { file: include, place: `${place.file}:${place.line}`, site }, { place });
  }
  return new Map([...spliced(splices)].map(([file, text]) => [file.path, text]));
}

/** The first step: answers challenges only. Visitors see no difference. */
export function challengeChange({ plan, request, files }: Draft): Change {
  const isTouched = touchedBy(plan, request);
  return {
    kind: 'secure',
    site: plan.site,
    names: request.names,
    files,
    mark: request.proof,
    isTouched,
    // For a site that already has TLS, it may increase Strict-Transport-Security.
    expectations: (servers, targets) =>
      targets
        .filter((target) => request.certificate && isTouched(servers, target))
        .map((target) => ({ kind: 'any', target })),
  };
}

/** The change that restores the files. */
export function reversed(change: Change): Change {
  const files = change.files.map(({ path: file, before, after }) => ({ path: file, before: after, after: before }));
  return { ...change, files: files.toReversed() };
}

/** The complete change. @param serial of the expected certificate, lower-case hex. */
export function secureChange(kind: 'secure' | 'renew', draft: Draft, serial: string): Change {
  const { plan, request, files } = draft;
  const isTouched = touchedBy(plan, request);
  return {
    kind,
    site: plan.site,
    names: request.names,
    files,
    mark: request.proof,
    publicPort: request.publicPort,
    socket: plan.socket,
    isTouched,
    expectations: (servers, targets) => {
      const expectations = targets.flatMap((target): Expectation[] => {
        if (isTouched(servers, target)) return expectationOf(draft, servers, target, serial);
        const answering = target.secure ? answeringIndex(servers, target) : undefined;
        if (answering !== undefined && plan.refusing.has(answering)) return [{ kind: 'refused', target }];
        // Another name of the same block gets the new certificate too.
        return answering !== undefined && plan.touched.includes(answering) ? [{ kind: 'any', target }] : [];
      });
      refuseUncovered(request, servers, expectations);
      return expectations;
    },
  };
}

/** Without a TLS target for each name, the rest could be proven while the site has no HTTPS. */
function refuseUncovered(
  { names }: PlanRequest,
  servers: readonly ServerBlock[],
  expectations: readonly Expectation[],
): void {
  const proven = new Set(
    expectations.flatMap(({ kind, target }) => (kind === 'certificate' ? [target.name, target.pattern] : [])),
  );
  const name = names.find((one) => !proven.has(one));
  if (name === undefined) return;
  const placeIf = (server: ServerBlock | undefined): string => (server ? placeOf(server.located) : '–');
  const own = servers.find((one) => matchesName(one, name));
  const secured = servers.find(
    (one) => one !== own && one.listens.some(isTls) && names.some((other) => matchesName(one, other)),
  );
  throw changeError('nginx.name-uncovered', { name, place: placeIf(own), other: placeIf(secured) });
}

function expectationOf(
  { plan, request, wasSecured }: Draft,
  servers: readonly ServerBlock[],
  target: Target,
  serial: string,
): Expectation[] {
  const index = answeringIndex(servers, target)!;
  const sent = plan.hsts.has(index) ? `max-age=${request.hstsSeconds}` : undefined;
  if (target.secure) return [{ kind: 'certificate', target, serial, strictTransportSecurity: sent }];
  const port = plan.redirects.get(index);
  if (port !== undefined) return [{ kind: 'redirect', target, port }];
  // A former redirect ends.
  return request.redirects === false && wasSecured ? [{ kind: 'any', target }] : [];
}

/** Selects targets with one of the names that an edited block answers. */
export function touchedBy({ touched }: Plan, { names }: PlanRequest): Change['isTouched'] {
  const wanted = new Set(names);
  return (servers, target) => {
    if (!wanted.has(target.name) && !wanted.has(target.pattern)) return false;
    const index = answeringIndex(servers, target);
    return index !== undefined && touched.includes(index);
  };
}
