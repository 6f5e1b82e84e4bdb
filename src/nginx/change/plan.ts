import path from 'node:path';
import type { AppProfile } from '../../apps/profiles.ts';
import { Fault, type Finding } from '../../hop/finding.ts';
import type { Hop } from '../../hop/hop.ts';
import { includeArgument } from '../model/include-path.ts';
import { listenerFor } from '../model/listeners.ts';
import type { Listen, ServerBlock } from '../model/server.ts';
import { matchesName } from '../model/servers.ts';
import { streamServersOf } from '../model/streams.ts';
import type { NginxProgram } from '../program/inspect.ts';
import type { SocketProof } from '../proof/socket.ts';
import type { Configuration, LocatedDirective } from '../reading/located.ts';
import type { Directive } from '../reading/syntax.ts';
import { implicitListens, isPlain, isTls, listenText, planTls, type TlsPlan } from './added-listens.ts';
import { certificateLines } from './certificate-lines.ts';
import { challengeLocation, webrootOf } from './challenge-location.ts';
import { claimants } from './claimants.ts';
import { argumentsOf, isShared, own, positionOf, written } from './context.ts';
import { insertion, quoted, type Splice, spliced } from './edit.ts';
import { frontVariables } from './forwarded-headers.ts';
import { type Forwarding, forwarding } from './forwarding.ts';
import { locationInclude, replacedInclude, type ServerInclude, serverInclude } from './managed.ts';
import { changeError } from './messages.ts';
import { lineFinding, namesLeft, portLeft, visitorHop } from './plan-findings.ts';
import { challengeRoot, type ProofMark, siteFolder, siteName } from './site.ts';
import { refuseForbidden, refuseUnfit } from './unfit.ts';
import { upstreamsOf } from './upstream.ts';
import { refusalsFor, refusingListen } from './unknown-names.ts';

export interface PlanRequest {
  /** Lower case; the first one names the site. */
  names: readonly string[];
  /** Port of added TLS listeners. */
  tlsPort: number;
  /** Undefined if only challenges are to be answered for now. */
  certificate: { fullchain: string; privkey: string } | undefined;
  app: AppProfile | undefined;
  /** max-age of Strict-Transport-Security; undefined for none. */
  hstsSeconds: number | undefined;
  /** The port of HTTPS for visitors, if it is not that of the listener. */
  publicPort?: number | undefined;
  /** False to leave plain HTTP as it is (default true). */
  redirects?: boolean | undefined;
  /** True if the app refuses the visitor's Host, so that nginx keeps sending its default (default false). */
  keepsHost?: boolean | undefined;
  proof: ProofMark;
  /** True if the blocks must answer challenges. */
  challenges: boolean;
  /** A challenge folder that the user's configuration already serves. */
  webroot?: string | undefined;
}

export interface Plan {
  site: string;
  /** Our files, by path. */
  managed: Map<string, string>;
  /** The user's files with their new text, by path as nginx names them. */
  edited: Map<string, string>;
  /** Positions of the changed server blocks. Edits neither add nor remove blocks. */
  touched: number[];
  /** The port to which a changed block redirects from plain HTTP, by position. */
  redirects: Map<number, number>;
  /** Positions of the blocks that refuse unknown names over TLS. */
  refusing: Set<number>;
  /** Positions of the blocks to which we add Strict-Transport-Security. */
  hsts: Set<number>;
  /** The WebSocket of the app, to try as a browser does. */
  socket: SocketProof | undefined;
  /** The folder for challenges. */
  webroot: string;
  /** Warnings about lines and names that the plan leaves unchanged or copies. */
  findings: Finding[];
}

/**
 * Plans HTTPS for the server blocks of some names. Writes nothing.
 * @param configuration without the additions of an earlier plan for the same site.
 * @param servers its server blocks.
 * @param now the server blocks with these additions (default: there are none).
 * @throws EveryhopError `nginx.name-unknown`, `nginx.name-claimed-twice`, `nginx.no-tcp-listener`, `nginx.plain-http2`,
 *   `nginx.tls-port-plain`, `nginx.address-shadowed`, `nginx.challenge-taken`, `nginx.module-missing`.
 */
export function planSite(
  configuration: Configuration,
  servers: readonly ServerBlock[],
  request: PlanRequest,
  nginx: NginxProgram,
  now: readonly ServerBlock[] = servers,
): Plan {
  for (const module of ['http_ssl_module', 'http_rewrite_module']) {
    if (!nginx.hasModule(module)) throw changeError('nginx.module-missing', { module });
  }
  return new Planner(configuration, servers, request, nginx, now).plan();
}

class Planner {
  readonly #configuration: Configuration;
  readonly #servers: readonly ServerBlock[];
  readonly #request: PlanRequest;
  readonly #nginx: NginxProgram;
  readonly #blocks: readonly ServerBlock[];
  readonly #tls: TlsPlan;
  readonly #site: string;
  readonly #webroot: string;
  readonly #managed = new Map<string, string>();
  readonly #splices: Splice[] = [];
  /** A file that several locations include yields each of its directives several times. */
  readonly #edited = new Set<Directive>();
  readonly #findings: Finding[] = [];
  readonly #hop: Hop;
  readonly #redirects = new Map<number, number>();
  readonly #hsts = new Set<number>();
  readonly #refusing = new Set<number>();
  /** Names by text. */
  readonly #sharedFiles = new Map<string, Map<string, string>>();

  constructor(
    configuration: Configuration,
    servers: readonly ServerBlock[],
    request: PlanRequest,
    nginx: NginxProgram,
    now: readonly ServerBlock[],
  ) {
    this.#configuration = configuration;
    this.#servers = servers;
    this.#request = request;
    this.#nginx = nginx;
    this.#site = siteName(request.names);
    this.#hop = visitorHop(request.names, request.tlsPort);
    const blocks = claimants(servers, request.names);
    refuseUnfit(servers, blocks, request.names, nginx);
    this.#tls = planTls(servers, blocks, request.names, request.tlsPort, now, streamServersOf(configuration));
    const secured = blocks.filter((one) => this.#tls.added.has(one) || one.listens.some(isTls));
    refuseForbidden(secured, now);
    // An authority validates on port 80, also in a block that stays plain.
    this.#blocks = request.challenges ? blocks : blocks.filter((block) => !this.#tls.left.includes(block));
    this.#webroot = webrootOf(configuration, this.#blocks, challengeRoot(configuration.main.path), request.challenges);
  }

  plan(): Plan {
    for (const [index, server] of this.#blocks.entries()) this.#planServer(server, `server-${index + 1}.conf`);
    this.#refuseUnknownNames();
    this.#notePublicPort();
    this.#findings.push(...this.#tls.left.map((server) => portLeft(server, this.#request.names, this.#hop)));
    return {
      site: this.#site,
      managed: this.#managed,
      edited: new Map([...spliced(this.#splices)].map(([file, text]) => [file.path, text])),
      touched: this.#blocks.map(({ index }) => index),
      redirects: this.#redirects,
      hsts: this.#hsts,
      refusing: this.#refusing,
      socket: this.#socket(),
      webroot: this.#webroot,
      findings: this.#findings,
    };
  }

  #planServer(server: ServerBlock, name: string): void {
    const { certificate, hstsSeconds, proof, app, names, keepsHost = false } = this.#request;
    const { located } = server;
    const extra = (certificate && this.#tls.added.get(server)) ?? [];
    const servesTls = certificate !== undefined && (extra.length > 0 || server.listens.some(({ ssl }) => ssl));
    const publicPort = this.#publicPortOf(server);
    const hsts = hstsSeconds !== undefined && this.#mayInsist(publicPort);
    const forwarded = servesTls ? forwarding(server, { app, names, publicPort, keepsHost, hsts }) : undefined;
    const redirect = this.#redirectOf(server);
    const said = forwarded
      ? [
          ...forwarded.settings,
          ...forwarded.within.flatMap(({ directives }) => directives),
          ...forwarded.corrections.map(({ replacement }) => replacement),
        ]
      : [];
    if (forwarded?.hsts) this.#hsts.add(server.index);
    const isPlainToo = server.listens.some(isPlain);
    const answersItself = challengeLocation(located, this.#configuration.prefix) !== undefined;
    const text = serverInclude({
      site: this.#site,
      listens: [
        ...(extra.length > 0 ? implicitListens(server) : []),
        ...extra.map((one) => listenText(one, this.#servers, this.#nginx)),
      ],
      certificate: servesTls ? certificate : undefined,
      redirect,
      hstsSeconds: forwarded?.hsts ? hstsSeconds : undefined,
      upgrades: said.some((text) => text.includes('$everyhop_upgrade')),
      variables: frontVariables(said, {
        redirects: redirect !== undefined,
        publicPort,
        ownOrigin: forwarded?.ownOrigin,
        proxyLine: [...server.listens, ...extra].some(({ proxyProtocol }) => proxyProtocol),
      }),
      challengeRoot: this.#request.challenges && isPlainToo && !answersItself ? this.#webroot : undefined,
      ownChallenges: isPlainToo && (answersItself || this.#request.webroot !== undefined),
      authRequest: this.#nginx.hasModule('http_auth_request_module'),
      proof,
      settings: forwarded ? [...tlsSettings(server, extra, this.#servers, this.#nginx), ...forwarded.settings] : [],
    });
    this.#splices.push(insertion(located, this.#include(name, text)));
    if (forwarded) this.#planTls(server, forwarded);
  }

  #redirectOf(server: ServerBlock): ServerInclude['redirect'] {
    const { certificate, names, redirects = true } = this.#request;
    if (!certificate || !redirects || !server.listens.some(isPlain) || !this.#tls.ports.has(server)) return undefined;
    const port = this.#publicPortOf(server);
    this.#redirects.set(server.index, port);
    return { names: names.filter((name) => matchesName(server, name)), port };
  }

  #publicPortOf(server: ServerBlock): number {
    const { publicPort, tlsPort } = this.#request;
    return publicPort ?? this.#tls.ports.get(server) ?? tlsPort;
  }

  #socket(): SocketProof | undefined {
    const path = this.#request.app?.socketPath;
    const [upstream] = this.#blocks.flatMap((block) => upstreamsOf(block).urls);
    return path === undefined || upstream?.pathname !== '/' ? undefined : { path, upstream };
  }

  /** Over TLS, the secured site would answer for the names that the owner refuses over plain HTTP. */
  #refuseUnknownNames(): void {
    const { certificate, names } = this.#request;
    if (!certificate) return;
    const refusals = refusalsFor(this.#servers, this.#blocks, names, this.#tls.added);
    for (const [index, { server, listens }] of refusals.entries()) {
      const { located } = server;
      if (!this.#nginx.atLeast(1, 19, 4) || server.listens.some(({ ssl }) => ssl)) {
        const error = changeError('nginx.unknown-names', { name: names[0]! }, { place: positionOf(located) });
        this.#findings.push(new Fault('warning', error, { hop: this.#hop }));
        continue;
      }
      const lines = [...implicitListens(server), ...listens.map(refusingListen)].map((words) => `listen ${words};`);
      if (own(located, 'ssl_protocols').length === 0) lines.push('ssl_protocols TLSv1.2 TLSv1.3;');
      const text = locationInclude(this.#site, [...lines, 'ssl_reject_handshake on;']);
      this.#splices.push(insertion(located, this.#include(`default-${index + 1}.conf`, text)));
      this.#refusing.add(server.index);
    }
  }

  /** A public port of another program or machine cannot be tried here. */
  #notePublicPort(): void {
    const { publicPort, tlsPort, names } = this.#request;
    if (publicPort === undefined || publicPort === tlsPort) return;
    if (streamServersOf(this.#configuration).some(({ listens }) => listens.some(({ port }) => port === publicPort)))
      return;
    const suffix = publicPort === 443 ? '' : `:${publicPort}`;
    const params = { port: publicPort, inner: tlsPort, name: names[0]!, suffix };
    this.#findings.push(new Fault('warning', changeError('nginx.public-port-untried', params), { hop: this.#hop }));
  }

  /**
   * Browsers apply Strict-Transport-Security to all ports of a host: they would ask for HTTPS on port 80's counterpart 443,
   * and on every port that stays plain (RFC 6797 §8.3).
   */
  #mayInsist(publicPort: number): boolean {
    return publicPort === 443 && this.#tls.left.length === 0 && this.#request.redirects !== false;
  }

  /** Replaces lines that conflict with the include, and adds to blocks that do not inherit from it. */
  #planTls(server: ServerBlock, { within, corrections, buffering }: Forwarding): void {
    for (const { located, others } of certificateLines(server)) {
      this.#replace(located, others);
      if (others.length > 0) this.#findings.push(lineFinding('nginx.copied-include', located, this.#hop));
    }
    for (const { located, replacement } of corrections.filter((one) => this.#isOwn(one.located, server))) {
      this.#replace(located, [replacement]);
    }
    for (const { located, directives } of within.filter((one) => this.#isOwn(one.located, server))) {
      if (this.#isEdited(located)) continue;
      this.#splices.push(insertion(located, this.#shared('location', locationInclude(this.#site, directives))));
    }
    for (const setting of buffering) this.#findings.push(lineFinding('nginx.holds-back', setting, this.#hop));
    this.#findings.push(...namesLeft(server, this.#request.names, this.#hop));
  }

  /** False for a line in a file that blocks of other sites include too; such a line stays unchanged. */
  #isOwn(located: LocatedDirective, server: ServerBlock): boolean {
    const others = this.#servers.filter((one) => !this.#blocks.includes(one));
    if (!isShared(located.file, server, others)) return true;
    this.#findings.push(lineFinding('nginx.shared-file', located, this.#hop));
    return false;
  }

  /** Records the edit. True if the directive was edited before. */
  #isEdited({ directive }: LocatedDirective): boolean {
    const before = this.#edited.has(directive);
    this.#edited.add(directive);
    return before;
  }

  #replace(located: LocatedDirective, said: readonly string[]): void {
    const { directive, file } = located;
    if (this.#isEdited(located)) return;
    const text = this.#shared('replaced', replacedInclude(this.#site, written(located), said));
    this.#splices.push({ file, start: directive.start, end: directive.end, text });
  }

  /** One file for all places that need the same lines: a block may have hundreds of locations. */
  #shared(kind: 'location' | 'replaced', text: string): string {
    const numbered = this.#sharedFiles.get(kind) ?? new Map<string, string>();
    this.#sharedFiles.set(kind, numbered);
    const name = numbered.get(text) ?? `${kind}-${numbered.size + 1}.conf`;
    numbered.set(text, name);
    return this.#include(name, text);
  }

  #include(name: string, text: string): string {
    const file = path.join(siteFolder(this.#configuration.main.path, this.#site), name);
    this.#managed.set(file, text);
    return `include ${quoted(includeArgument(file))};`;
  }
}

/** TLS settings that the block lacks. Keeps `ssl_protocols` of the `http` block if it allows only safe versions. */
function tlsSettings(
  server: ServerBlock,
  added: readonly Listen[],
  servers: readonly ServerBlock[],
  nginx: NginxProgram,
): string[] {
  const { located, listens } = server;
  const settings: string[] = [];
  const around = located.parents[0] && own(located.parents[0], 'ssl_protocols')[0];
  const outdated = !around || argumentsOf(around).some((version) => !/^TLSv1\.[23]$/.test(version));
  // The default server of a listener sets the TLS versions for all its blocks.
  const decidesForOthers = listens.some((listen) => {
    const listener = listen.ssl ? listenerFor(servers, listen) : undefined;
    return listener?.defaultServer === server && listener.servers.length > 1;
  });
  if (outdated && !decidesForOthers && own(located, 'ssl_protocols').length === 0)
    settings.push('ssl_protocols TLSv1.2 TLSv1.3;');
  const http2 = added.length > 0 && nginx.atLeast(1, 25, 1) && nginx.hasModule('http_v2_module');
  if (http2 && own(located, 'http2').length === 0) settings.push('http2 on;');
  return settings;
}
