import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EveryhopError, type Place, systemCode } from '../../base/errors.ts';
import { fileError } from '../../base/files.ts';
import { nginxError } from '../messages.ts';
import type { ServerBlock } from '../model/server.ts';
import { streamServersOf } from '../model/streams.ts';
import { markLog } from '../program/error-log.ts';
import { reload, workersOf } from '../program/master.ts';
import { refused, testConfiguration } from '../program/test.ts';
import type { Expectation } from '../proof/expectation.ts';
import { awaitReload } from '../proof/reload.ts';
import { proofError } from '../proof/messages.ts';
import { observe, type Observation, type ObserveOptions } from '../proof/observe.ts';
import { prove, type Proof, type ProofRequest } from '../proof/prove.ts';
import { proveSockets, type SocketProof } from '../proof/socket.ts';
import { streamTargets } from '../proof/stream-targets.ts';
import { selectTargets } from '../proof/selection.ts';
import { explainStuck, isRefusal } from '../proof/stuck.ts';
import { type Target, targetsOf } from '../proof/target.ts';
import { readConfiguration } from '../reading/configuration.ts';
import { disk, overlay } from '../reading/files.ts';
import { flatten } from '../reading/flatten.ts';
import type { Configuration } from '../reading/located.ts';
import { checkFilePrefix, type FileChange, type Journal } from './journal.ts';
import { answeringIndex } from './claimants.ts';
import { positionOf } from './context.ts';
import { changeError } from './messages.ts';
import type { NginxTools, OpenedNginx } from './opening.ts';
import { type ProofMark, proofPath } from './site.ts';

export interface Change {
  kind: 'secure' | 'undo' | 'renew';
  site: string;
  names: readonly string[];
  /** In the order of writing. */
  files: FileChange[];
  /** True if the change affects the target, given these blocks. */
  isTouched(servers: readonly ServerBlock[], target: Target): boolean;
  /** The intended answers after the change. */
  expectations(after: readonly ServerBlock[], targets: readonly Target[]): Expectation[];
  /** The answer of the proof location in every changed block. Undefined if there is none to check. */
  mark: ProofMark | undefined;
  /** The port of HTTPS for visitors, to prove through the stream blocks that have it. */
  publicPort?: number | undefined;
  /** The WebSocket of the app, to try at each name over TLS. */
  socket?: SocketProof | undefined;
  /** True to keep the change even if answers differ; the differences are then in the proof (default false). */
  insists?: boolean;
}

/**
 * Tests the planned configuration with nginx on a copy, before anything is written.
 * @throws EveryhopError `nginx.edit-refused`, `nginx.port-denied`, `nginx.address-missing`, `nginx.file-not-writable`.
 */
export async function rehearse(
  { nginx }: OpenedNginx,
  files: readonly FileChange[],
  tools: NginxTools,
): Promise<Configuration> {
  const edits = new Map(files.map((change) => [change.path, change.after]));
  const planned = await readConfiguration({ main: nginx.confFile, prefix: nginx.prefix, files: overlay(disk, edits) });
  const flat = flatten(planned);
  const folder = path.dirname(nginx.confFile);
  const copy = path.join(folder, `${checkFilePrefix}${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(copy, flat.text, { encoding: 'latin1', mode: 0o600, flag: 'wx' });
    const { ok, messages } = await testConfiguration(nginx, { confFile: copy }, tools.execute);
    if (ok) return planned;
    const [cause] = explainStuck({ lines: messages, seen: { ok: false, targets: [], oldWorkers: [] } });
    if (proofError.is(cause, 'nginx.port-denied') || proofError.is(cause, 'nginx.address-missing')) throw cause;
    const { params, place } = refused(nginx, messages);
    const from = place?.file === copy && place.line !== undefined ? flat.placeOf(place.line) : undefined;
    throw changeError('nginx.edit-refused', { message: String(params['message']) }, from ? { place: from } : {});
  } catch (error) {
    const reason = systemCode(error) ?? '';
    if (!['EACCES', 'EPERM', 'EROFS'].includes(reason)) throw fileError(error, copy);
    throw nginxError('nginx.file-not-writable', { file: folder, reason }, { cause: error });
  } finally {
    await rm(copy, { force: true });
  }
}

/**
 * Observes all targets twice before a change: values that differ between the two rounds are not compared. Loads pending
 * edits of the user first, so that they do not count as part of the change.
 */
async function lookBefore(
  opened: OpenedNginx,
  change: Pick<Change, 'names' | 'isTouched'>,
  tools: NginxTools,
): Promise<Observation[][]> {
  // If nginx rejects the current files, only the change can repair them, and there is nothing to compare with.
  if (opened.isRefused) return [];
  if (opened.isEdited) await reloadAndWait(opened, [], undefined, tools);
  const servers = opened.serversOf(opened.configuration);
  const { chosen } = selectTargets(targetsOf(servers, change.names).targets, (target) =>
    change.isTouched(servers, target),
  );
  const options = { clock: tools.clock, roots: await tools.roots() };
  return [await observe(chosen, options), await observe(chosen, options)];
}

export interface AppliedChange {
  /** With the new configuration. */
  opened: OpenedNginx;
  proof: Proof;
}

/**
 * Writes a change, reloads nginx and checks the answers. After any failure, restores all files and reloads nginx again.
 * @throws EveryhopError the reason of the failure.
 */
export async function applyProven(
  opened: OpenedNginx,
  change: Change,
  journal: Journal,
  tools: NginxTools,
): Promise<AppliedChange> {
  const { nginx } = opened;
  const planned = await rehearse(opened, change.files, tools);
  const after = afterwards(opened, planned, change);
  const before = await lookBefore(opened, change, tools);
  const { kind, site, files } = change;
  const about = { kind, site, confFile: nginx.confFile, program: nginx.program, prefix: nginx.prefix };
  const transaction = await journal.begin(about, files);
  let proof: Proof;
  try {
    await transaction.apply();
    const { ok, messages } = await testConfiguration(nginx, {}, tools.execute);
    if (!ok) throw refused(nginx, messages);
    proof = await reloadAndProve(opened, after, change, before, tools);
    await transaction.commit();
  } catch (error) {
    await transaction.rollback();
    await loadAgain(opened, tools);
    throw error;
  }
  return { opened: { ...opened, configuration: planned, isRefused: false, isEdited: false }, proof };
}

/** The requests after a change: known before it, so that a change that cannot be proven is never made. */
interface Afterwards {
  targets: Target[];
  blockOf: (target: Target) => Place | undefined;
  /** Those with the proof location. */
  marked: Target[];
  expectations: Expectation[];
}

function afterwards({ serversOf }: OpenedNginx, planned: Configuration, change: Change): Afterwards {
  const servers = serversOf(planned);
  const isTouched = (target: Target): boolean => change.isTouched(servers, target);
  const { chosen } = selectTargets(targetsOf(servers, change.names).targets, isTouched);
  const marked = change.mark ? chosen.filter(isTouched) : [];
  const { targets, expectations } = withStreams(planned, change, {
    targets: chosen,
    expectations: change.expectations(servers, chosen),
  });
  return { targets, marked, expectations, blockOf: blockFinder(servers) };
}

/** Adds requests to the public port through each stream block that has it: visitors come the same way. */
export function withStreams(
  planned: Configuration,
  { publicPort }: Pick<Change, 'publicPort'>,
  { targets, expectations }: Pick<Afterwards, 'targets' | 'expectations'>,
): Pick<Afterwards, 'targets' | 'expectations'> {
  if (publicPort === undefined) return { targets, expectations };
  const through = streamTargets(streamServersOf(planned), publicPort, expectations);
  return {
    targets: [...targets, ...through.map(({ target }) => target)],
    expectations: [...expectations, ...through],
  };
}

/** Finds the server block that answers a target. */
export function blockFinder(servers: readonly ServerBlock[]): (target: Target) => Place | undefined {
  return (target) => {
    if (target.place) return target.place;
    const index = answeringIndex(servers, target);
    return index === undefined ? undefined : positionOf(servers[index]!.located);
  };
}

/** Checks the answers to plain requests, then the WebSocket of the app. */
export async function proveChange(
  { socket, publicPort }: Change,
  request: ProofRequest,
  options: ObserveOptions,
): Promise<Proof> {
  const proof = await prove(request, options);
  if (!socket || proof.findings.length > 0) return proof;
  return { ...proof, findings: await proveSockets(socket, request.expectations, publicPort, options) };
}

/** Reloads nginx and checks the answers. @throws EveryhopError those of `reloadAndWait`, `nginx.not-proven`. */
async function reloadAndProve(
  opened: OpenedNginx,
  { targets, marked, expectations, blockOf }: Afterwards,
  change: Change,
  before: Observation[][],
  tools: NginxTools,
): Promise<Proof> {
  await reloadAndWait(opened, marked, change.mark, tools);
  const options = { clock: tools.clock, roots: await tools.roots(), blockOf };
  const proof = await proveChange(change, { before, targets, expectations }, options);
  const [first] = proof.findings;
  if (!first || change.insists) return proof;
  if (change.kind === 'undo') throw changeError('nginx.undo-not-proven', { ...first.difference, site: change.site });
  throw first.error;
}

/** @throws EveryhopError the reasons why nginx did not load the configuration, such as `nginx.port-taken`. */
async function reloadAndWait(
  { master, errorLog }: OpenedNginx,
  targets: readonly Target[],
  mark: ProofMark | undefined,
  { clock }: NginxTools,
): Promise<void> {
  const log = errorLog === undefined ? undefined : await markLog(errorLog);
  const former = workersOf(master);
  reload(master);
  const outcome = await awaitReload({
    targets,
    path: mark ? proofPath(mark) : '/',
    generation: mark?.generation ?? '',
    former,
    workers: () => workersOf(master),
    clock,
    refused: async () => (await log?.linesSince())?.some(isRefusal) === true,
  });
  if (outcome.ok) return;
  const held = new Set([master, ...workersOf(master)].map(({ pid }) => String(pid)));
  const problems = explainStuck({ lines: (await log?.linesSince()) ?? [], seen: outcome }).map((problem) =>
    proofError.is(problem, 'nginx.port-taken') && held.has(String(problem.params.pid))
      ? changeError('nginx.port-own', { address: problem.params.address, port: problem.params.port })
      : problem,
  );
  const [first] = problems;
  throw problems.length > 1 ? first!.gather(problems) : first!;
}

/** Reloads nginx with the restored files. Ignores errors, as the caller reports the original one. */
export async function loadAgain(opened: OpenedNginx, tools: NginxTools): Promise<void> {
  try {
    await reloadAndWait(opened, [], undefined, tools);
  } catch (error) {
    if (!(error instanceof EveryhopError)) throw error;
  }
}
