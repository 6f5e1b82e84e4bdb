import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Numeric ids of the user that the workers run as. */
export interface WorkerUser {
  uid: number;
  gid: number;
}

/**
 * In order of preference: a user for workers alone, then the system's user for programs that own nothing. Not the user of the
 * service, who owns its state.
 */
const userNames = ['everyhop-worker', 'nobody'];
const nobody: WorkerUser = { uid: 65534, gid: 65534 };

/** Where this process is root, the user for its workers; otherwise undefined: they run as this user. */
export function workerUser(readAccounts = () => readFileSync('/etc/passwd', 'utf8')): WorkerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  let lines: string[][] = [];
  try {
    lines = readAccounts()
      .split('\n')
      .map((line) => line.split(':'));
  } catch {
    // A container may have no accounts.
  }
  for (const name of userNames) {
    const [uid, gid] = (lines.find((fields) => fields[0] === name) ?? []).slice(2, 4).map(Number);
    if (uid! > 0 && gid! > 0) return { uid: uid!, gid: gid! };
  }
  return nobody;
}

/** The variables that a worker needs. The others may hold tokens of DNS providers, or options that weaken Node.js. */
const passedVariables = /^(?:PATH|LANG|LC_.*|TZ|LD_LIBRARY_PATH|SSL_CERT_FILE|SSL_CERT_DIR)$/;

export function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => passedVariables.test(name)));
}

const setpriv = '/usr/bin/setpriv';
/** With the second, a worker cannot regain capabilities either. A container may not permit it. */
const renouncements = ['--no-new-privs', '--ambient-caps=-all', '--inh-caps=-all'];
const boundingSet = '--bounding-set=-all,+setgid,+setuid,+dac_read_search'; // until it has read its code and changed its user
let launcherOptions: string[] | false | undefined;

/**
 * The program and its options before Node.js that start a worker which can gain no privileges by starting other programs
 * (PR_SET_NO_NEW_PRIVS), and inherits no capability: its listeners come from this process. Undefined where the system has no
 * `setpriv` (util-linux).
 */
export function unprivilegedLauncher(): { program: string; options: string[] } | undefined {
  launcherOptions ??=
    [
      [...renouncements, boundingSet, '--'],
      [...renouncements, '--'],
    ].find(
      (options) => existsSync(setpriv) && spawnSync(setpriv, [...options, process.execPath, '--version']).status === 0,
    ) ?? false;
  return launcherOptions ? { program: setpriv, options: launcherOptions } : undefined;
}

/** Far more than a program passes on; a higher one would cost a descriptor for each below it. */
const highestInherited = 1023;

/**
 * The descriptors that children of this process would get, besides the standard ones. Node.js passes on none of its own, but a shell
 * or another parent process may have left some open: root's files must not reach a worker.
 */
export function inheritedDescriptors(): number[] {
  try {
    return readdirSync('/proc/self/fdinfo')
      .map(Number)
      .filter((fd) => fd > 2 && fd <= highestInherited && !closesOnExec(fd));
  } catch {
    return []; // not Linux
  }
}

function closesOnExec(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0';
    return (Number.parseInt(flags, 8) & 0o2000000) !== 0;
  } catch {
    return true; // it was that of the listing
  }
}

/** Carries a `WorkerUser` to the worker, as `uid:gid`. */
export const userVariable = 'EVERYHOP_WORKER_USER';

/**
 * In a worker, once its code is loaded: gives up root, all groups and all capabilities for good. Without the variable, or where
 * the system refuses (a user namespace without this user), the process stays as it is; its status tells.
 */
export function becomeWorkerUser(text: string | undefined): void {
  const [uid, gid] = (text ?? '').split(':').map(Number);
  if (!uid || !gid || process.setgroups === undefined) return;
  try {
    process.setgroups([gid]);
    process.setgid!(gid);
    process.setuid!(uid);
  } catch {
    // The status says as whom it runs.
  }
}
