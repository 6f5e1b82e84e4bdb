import type { Execute } from '../base/process.ts';
import { serviceError } from './messages.ts';

export interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** undefined: there is no such user. */
export async function accountNamed(name: string, execute: Execute): Promise<Account | undefined> {
  const { code, stdout } = await execute('getent', ['passwd', name]);
  const [, , uid, gid] = stdout.split(':');
  return code === 0 ? { name, uid: Number(uid), gid: Number(gid) } : undefined;
}

/**
 * Creates a system user with its own group, without a password or shell, unless it exists.
 * @throws EveryhopError `service.no-user`.
 */
export async function ensureAccount(name: string, home: string, execute: Execute): Promise<Account> {
  const former = await accountNamed(name, execute);
  if (former) return former;
  const commands = [
    ['systemd-sysusers', ['--inline', `u ${name} - "Everyhop" ${home} /usr/sbin/nologin`]],
    [
      'useradd',
      ['--system', '--user-group', '--home-dir', home, '--no-create-home', '--shell', '/usr/sbin/nologin', name],
    ],
  ] as const;
  let reason = '';
  for (const [program, args] of commands) {
    const { stderr } = await execute(program, args).catch((error: unknown) => ({ stderr: String(error) }));
    const account = await accountNamed(name, execute);
    if (account) return account;
    reason = stderr.trim().split('\n').at(-1) ?? '';
  }
  throw serviceError('service.no-user', { user: name, reason, home });
}

const readTest = 'for file; do test -r "$file" || printf "%s\\n" "$file"; done';

/**
 * The files among these that a user cannot read, with all of that user's groups. Needs root.
 * @param files absolute; folders too.
 */
export async function unreadableFiles(
  { name, uid, gid }: Account,
  files: readonly string[],
  execute: Execute,
): Promise<string[]> {
  const user = [`--reuid=${uid}`, `--regid=${gid}`, '--init-groups', '--inh-caps=-all'];
  const { code, stdout, stderr } = await execute('setpriv', [...user, '--', 'sh', '-c', readTest, name, ...files]);
  if (code !== 0) throw new Error(`setpriv: ${stderr.trim()}`);
  return stdout.split('\n').filter((line) => line !== '');
}
