import os from 'node:os';
import { type Configuration, configurationFromArguments, type UpArguments } from '../app/configuration.ts';
import { lossPhrase } from '../app/messages.ts';
import { chosenStateFolder } from '../app/state-folder.ts';
import { Service, type ServiceStatus, startDemo } from '../app/serve.ts';
import { tellServiceManager } from '../app/service-manager.ts';
import { systemClock } from '../base/clock.ts';
import { type Event, EventBus } from '../base/events.ts';
import { readText } from '../base/files.ts';
import { shellWord } from '../base/invocation.ts';
import { onStarterGone, type Starter, withoutRepeats } from '../base/starter.ts';
import { tellReplacedAccount } from './account.ts';
import { ofConfiguration } from './config.ts';
import type { Output } from './output.ts';
import type { CommandContext } from './context.ts';
import type { Finding } from '../app/messages.ts';
import { tellLan } from './lan.ts';
import { findingsOf, statusValue, tellSite } from './running.ts';

/** A limit below this prints a warning at the start. */
const fewConnections = 2000;

export interface UpOptions {
  host?: string[];
  app?: string;
  hostHeader?: string;
  httpsPort?: string;
  httpPort?: string;
  config?: string;
  email?: string;
  authority?: string;
  authorityRoot?: string;
  challenge?: string;
  profile?: string;
  dns?: string;
  dnsResolver?: string[];
  lan?: true;
  trustPage?: true;
  accessKeys?: true;
  users?: string;
  allow?: string[];
  demo?: true;
  state?: string;
  new?: true;
}

export function argumentsOf(upstream: string | undefined, options: UpOptions): UpArguments {
  return {
    upstream,
    hosts: options.host,
    app: options.app,
    hostHeader: options.hostHeader,
    config: options.config,
    httpsPort: options.httpsPort,
    httpPort: options.httpPort,
    email: options.email,
    authority: options.authority,
    authorityRoot: options.authorityRoot,
    challenge: options.challenge,
    profile: options.profile,
    dns: options.dns,
    dnsResolvers: options.dnsResolver,
    lan: options.lan,
    trustPage: options.trustPage,
    accessKeys: options.accessKeys,
    users: options.users,
    allow: options.allow,
  };
}

/** `everyhop up`: serves until a signal stops it. */
export async function up(context: CommandContext, upstream: string | undefined, options: UpOptions): Promise<void> {
  const { output } = context;
  const wantsDemo = options.demo === true || (upstream === undefined && options.config === undefined);
  const demo =
    wantsDemo && upstream === undefined
      ? await startDemo({ clock: systemClock, invocation: output.invocation })
      : undefined;
  const readConfiguration = (): Promise<Configuration> =>
    ofConfiguration(
      options.config ?? 'everyhop up',
      configurationFromArguments(argumentsOf(demo?.url ?? upstream, options), { readText, cwd: process.cwd() }),
    );
  try {
    const folder = chosenStateFolder(options.state, context.env);
    const events = new EventBus();
    tellServiceManager(events, context.env);
    const early: Event[] = [];
    const endEarly = events.on('upkeep.failed', (event) => early.push(event));
    const service = await Service.start(
      {
        stateFolder: folder,
        configuration: await readConfiguration(),
        readConfiguration,
        isNew: options.new,
        accessLog: output.terminal && !output.json ? 'text' : 'json',
        version: context.version,
        env: context.env,
        findings: context.findings ?? [],
      },
      events,
    );
    output.outlivesReaders = true;
    await announce(service, context);
    endEarly();
    for (const event of early) {
      // Already announced.
      if (event.type === 'upkeep.failed' && event.error.code === service.storeProblem?.code) continue;
      tell(output, event);
    }
    events.onAny((event) => tell(output, event));
    await untilEnded(service, context.npm);
  } finally {
    await demo?.close();
  }
}

/** Prints the sites, their proofs, and how clients can trust the private root. */
export async function announce(service: Service, context: CommandContext): Promise<void> {
  const { output } = context;
  await service.checkSurroundings();
  const status = await service.status();
  output.value({ event: 'ready', ...statusValue(output, status), rootFile: service.rootFile });
  if (output.json) return;

  output.line('up.serving', { version: context.version }, 'bold');
  for (const site of status.sites) tellSite(output, site, 'remark', dayOf);
  for (const proof of service.proofs) {
    output.findings(proof.findings, 'remark');
    if (proof.findings.length > 0) continue;
    output.line(
      'up.proven',
      {
        host: proof.host,
        address: proof.address,
        protocol: proof.protocol ?? '',
        group: proof.group ?? '',
        serial: proof.serial?.slice(0, 8) ?? '',
        ms: Math.round(proof.handshakeMs ?? 0),
      },
      'green',
    );
  }
  if (service.plan.httpPort !== undefined) output.line('up.redirect', { port: service.plan.httpPort });
  for (const { port, instead, isTaken } of service.plan.substitutes) {
    if (instead === undefined) output.note('up.no-redirect', { port }, 'yellow');
    else if (isTaken) output.note('up.substitute.taken', { port, instead }, 'yellow');
    else output.note('up.substitute', { port, instead }, 'yellow');
  }
  output.findings(findingsOf(status), 'remark');
  const connections = status.workers.reduce((sum, worker) => sum + worker.connectionsLimit, 0);
  if (connections < fewConnections) output.note('up.few-files', { connections }, 'yellow');
  if (service.storeProblem) {
    output.note('up.without-store', {}, 'red');
    output.report(service.storeProblem);
  }
  output.text('');
  if (service.rootFile !== undefined) tellRoot(output, service.rootFile, status, service.isRootNew);
  if (status.lan) tellLan(output, status.lan);
  if (output.terminal) output.line('up.stop', {}, 'dim');
}

/** The private root, if a site needs it. */
function tellRoot(output: Output, file: string, { sites, findings }: ServiceStatus, isNew: boolean): void {
  const certificates = sites.flatMap((site) => site.certificates);
  const hosts = certificates.flatMap((one) => (one.issuer === 'private' ? one.hosts : []));
  if (hosts.length === 0) return;
  if (certificates.every(({ issuer }) => issuer === 'private')) output.line('up.root', { file });
  else output.line('up.root.some', { file, hosts: hosts.join(', ') });
  const [url] = sites.flatMap(({ urls }) => urls.filter((one) => hosts.includes(hostOf(one)) && !one.includes('*')));
  if (url !== undefined) tellCurl(output, shellWord(file), url, findings);
  output.line('up.root.run', {}, 'dim');
  output.line('up.root.install', {});
  if (isNew) output.line('up.root.permits', {}, 'dim');
}

export function tell(output: Output, event: Event): void {
  const { type, ...rest } = event;
  output.value({ event: type, ...rest, ...('error' in event ? { error: output.reportOf(event.error) } : {}) });
  if (output.json) return;
  switch (event.type) {
    case 'configuration.applied':
      return output.note('up.reloaded', { revision: event.revision, sites: event.sites }, 'green');
    case 'proven':
      for (const { url, address, serial } of event.seen) {
        output.note('up.proven-again', { url, address, serial: serial.slice(0, 8) }, 'green');
      }
      return undefined;
    case 'configuration.rejected':
      output.note('up.rejected', {}, 'red');
      return output.report(event.error);
    case 'certificate.ready':
      return output.note('up.renewed', { names: event.names.join(', '), until: dayOf(event.notAfterMs) }, 'green');
    case 'account.replaced':
      return tellReplacedAccount(output, event);
    case 'renewal.advised':
      // Without an explanation it is a plan like any other; with one, something has happened at the authority.
      if (event.explanationUrl === undefined) return undefined;
      return output.note(
        'up.renewal-advised',
        {
          names: event.names.join(', '),
          at: new Date(event.renewAtMs).toISOString().slice(0, 16).replace('T', ' '),
          url: event.explanationUrl,
        },
        'yellow',
      );
    case 'certificate.failed':
      output.note('up.renewal-failed', { names: event.names.join(', ') }, 'red');
      return output.report(event.error);
    case 'upkeep.failed':
      output.note('up.proof-failed', {}, 'red');
      return output.report(event.error);
    case 'worker.lost':
      return output.note(
        'up.worker-lost',
        { pid: event.pid, reason: output.phrase(lossPhrase(event.reason)) },
        'yellow',
      );
    case 'worker.refused':
      output.note('up.worker-refused', { pid: event.pid }, 'red');
      return output.report(event.error);
    case 'lan.changed':
      output.note('up.lan.changed', {}, 'yellow');
      return tellLan(output, event);
    case 'app.answered':
      return tellApp(output, event);
    case 'worker.started':
      return undefined;
    case 'draining':
      return output.note('up.draining', { streams: event.streams, seconds: event.deadlineMs / 1000 });
  }
}

function tellApp(output: Output, { upstream, app, host }: Extract<Event, { type: 'app.answered' }>): void {
  if (app === undefined) output.note('up.app.unknown', { upstream }, 'green');
  else if (host === undefined) output.note('up.app.known', { upstream, app }, 'green');
  else output.note('up.app.host', { upstream, app, host }, 'green');
}

function tellCurl(output: Output, file: string, url: string, findings: readonly Finding[]): void {
  const { hostname, port } = new URL(url);
  const unresolved = findings.find(({ code, hop }) => code === 'edge.name-unresolved' && hop?.to.host === hostname)?.hop
    ?.to;
  if (unresolved) {
    const address = unresolved.address!.includes(':') ? `[${unresolved.address}]` : unresolved.address;
    const place = `${hostname}:${port || 443}:${address}`;
    output.line('up.root.curl-resolve', { file: file, url, place }, 'dim');
  } else output.line('up.root.curl', { file: file, url }, 'dim');
}

/** Without the brackets of an IPv6 address. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[(.*)\]$/, '$1');
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** SIGINT, SIGTERM and the end of npm drain; a second signal exits at once; SIGHUP reloads; SIGUSR1 does nothing. */
function untilEnded(service: Service, starter: Starter | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    let ending = false;
    const end = withoutRepeats<NodeJS.Signals>(starter, () => {
      if (ending) process.exit(128 + os.constants.signals.SIGTERM);
      ending = true;
      service.stop().then(resolve, reject);
    });
    onStarterGone(starter, () => ending || end('SIGTERM'));
    process.on('SIGINT', end);
    process.on('SIGTERM', end);
    // It tells other servers to reopen their logs. Node would open its debugger to every local user.
    process.on('SIGUSR1', () => {});
    process.on('SIGHUP', () => void service.reload().catch(() => {})); // `reload` emits the event
  });
}
