import { debian, onPath, type Tool } from '../../test/support/tools.ts';

/** Programs outside npm: the proxies, by the peer that needs them, and the load generator. */
export interface ProgramTools {
  proxies: Partial<Record<string, Tool>>;
  load: Tool;
}

const usualTools: ProgramTools = {
  proxies: {
    nginx: debian('nginx-light', 'the comparison with nginx', () => onPath('nginx')),
    haproxy: debian('haproxy', 'the comparison with HAProxy', () => onPath('haproxy')),
    caddy: debian('caddy', 'the comparison with Caddy', () => onPath('caddy')),
  },
  load: debian('nghttp2-client', 'the figures of requests', () => onPath('h2load')),
};

export interface Programs {
  /** The requested peers that can run. */
  peers: string[];
  hasLoad: boolean;
  /** A sentence for each program that is missing. */
  missing: string[];
}

/** Installs the programs for a comparison if this user may; leaves out those that cannot be installed. */
export async function findPrograms(
  wanted: readonly string[],
  tell: (line: string) => void,
  { proxies, load }: ProgramTools = usualTools,
): Promise<Programs> {
  // Debian installs nginx and HAProxy there, and it is not on every user's PATH.
  process.env['PATH'] += ':/usr/sbin';
  const missing: string[] = [];
  const isReady = async (tool: Tool): Promise<boolean> => {
    const reason = await install(tool, tell);
    if (reason === undefined) return true;
    missing.push(`${tool.unlocks}: ${tool.name} is not installed (${reason}); to install it: ${tool.command}`);
    return false;
  };
  const peers: string[] = [];
  for (const peer of wanted) {
    const tool = proxies[peer];
    if (!tool || (await isReady(tool))) peers.push(peer);
  }
  const hasLoad = peers.length > 0 && (await isReady(load));
  return { peers, hasLoad, missing };
}

/** Returns why the tool is missing; undefined if it is installed. */
async function install(tool: Tool, tell: (line: string) => void): Promise<string | undefined> {
  if (tool.isInstalled()) return undefined;
  tell(`installing ${tool.name}, for ${tool.unlocks}`);
  try {
    await tool.install();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return tool.isInstalled() ? undefined : 'installed, but not on the PATH';
}
