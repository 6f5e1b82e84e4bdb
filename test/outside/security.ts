/** A finding of the security audit. */
export interface SecurityCase {
  /** `security/name`. */
  id: string;
  /** What an attacker could do. */
  before: string;
  /** What happens now. `{x}` is what a test measured (`mends` in test/support/outside.ts). */
  after: string;
}

/** Also the source of the table of intrusions. */
export const takenOver = 'security/worker-taken-over';

export const securityCases: readonly SecurityCase[] = [
  {
    id: 'security/S01-hello-fragments',
    before:
      'A ClientHello of 64 KiB in one-byte records took 0.8–2.5 s of a worker, before any limit. 20 such connections: no answer to anyone for 7 s, and open streams stood still (nginx: 3–6 ms)',
    after:
      '{refused} of 20 connections refused, each after {bytes} bytes; all together below {cpu} of CPU, their TCP and the test included',
  },
  {
    id: 'security/S02-verification-off-by-environment',
    before:
      'With NODE_TLS_REJECT_UNAUTHORIZED=0, a stranger in the place of an app received the request with its Authorization (200); so did one in the place of an authority',
    after:
      'The same variable is set in the test: the visitor gets {status}, the false app reads {appHeard} bytes, the false authority {authorityHeard} requests',
  },
  {
    id: 'security/S03-lying-authority-other-name',
    before:
      'An authority could put a name that was not ordered into its authorization: Everyhop fetched a URL of that name, published a TXT record or a certificate for it, and went on to a certificate',
    after: '{lies} of 6 lies (3 challenges × a foreign name, a name twice) end the order; nothing prepared or fetched',
  },
  {
    id: 'security/S04-self-check-redirect',
    before:
      'The self-check of HTTP-01 followed redirects to any address and port, and quoted 80 characters of the answer in error, ledger and log',
    after:
      '{redirects} redirects to other services of the machine: {visits} visits; no character of an answer in the error',
  },
  {
    id: 'security/S05-single-label-opens-a-tld',
    before:
      '`up --host chat` made a root that vouches for every name under .chat; `mail.google.ai` issued with the stolen state, and OpenSSL accepted it',
    after: 'Refused: `{refused}`. Permitted as before: `{permitted}`',
  },
  {
    id: 'security/S06-public-name-in-private-root',
    before: 'A name certified by a public authority stood in the private root’s constraints',
    after:
      'With sites for {elsewhere} that have other certificates, the root permits {permitted} alone besides private names',
  },
  {
    id: 'security/S07-anybody-holds-the-nginx-lock',
    before:
      'The lock was an abstract socket: any local user could hold it for ever, and `nginx renew`, `undo`, `secure`, `recover` ended with `nginx.busy-elsewhere` until the certificates expired',
    after: 'User 65534 holds that socket; root takes its lock. User 65534 opening the lock file: {attempt}',
  },
  {
    id: 'security/S08-renegotiation-without-end',
    before:
      'One TLS 1.2 connection renegotiated 40 of 40 times, at the server’s cost and past the limit of connections',
    after: '{renegotiations} renegotiations. Suites refused in TLS 1.2: {suites}',
  },
  {
    id: 'security/S09-optional-client-certificates',
    before:
      '`optional: true` admitted a stranger’s certificate (200), the app learned of none, and a visitor’s own `X-SSL-Client-Verify: SUCCESS` reached it',
    after:
      'Stranger’s certificate: {stranger}. {arrived} of {forged} forged identity fields reach the app; `Client-Cert` comes from the edge alone',
  },
  {
    id: 'security/S10-control-socket-in-tmp',
    before:
      'With a state folder longer than 87 bytes the control socket was in /tmp: another user could listen there, and root’s `status` and `reload` believed the answers',
    after: 'Inside the state folder for a path of {bytes} bytes. A socket of another user: `{code}`, nothing sent',
  },
  {
    id: 'security/S11-state-folder-of-somebody-else',
    before:
      'As root, `--state` with a folder of another user: a link `everyhop.db` gave the file it led to mode 600 (think of /etc/passwd), and keys went where their owner could swap files',
    after: '`{code}`; the file behind the link keeps mode {mode}, and nothing is created',
  },
  {
    id: 'security/S12-pem-of-short-lines',
    before:
      'A PEM of 600 kB in lines of four letters took 14 s of the event loop, 2 MB 150 s; a trailer of 64 KiB 92 ms; a word of 80 kB in a log 3.6 s',
    after:
      '{readers} inputs for all readers: eight times the bytes cost less than 24 times the CPU time (quadratic: 64)',
  },
  {
    id: 'security/S13-body-after-head',
    before: 'Bytes that an app sent late, after HEAD, were the answer to the next visitor 3 of 4 times',
    after: '{poisoned} of {answers} next visitors (after HEAD, HEAD with chunks, 204, 304) get them',
  },
  {
    id: 'security/S14-workers-are-root',
    before:
      'Workers were root with all capabilities (CapEff 000001fffeffffff), NoNewPrivs 0, and the tokens of the DNS provider in their environment',
    after:
      'CapEff {capabilities}, CapBnd {boundingSet}, NoNewPrivs {noNewPrivs}, another user; no token in the environment',
  },
  {
    id: takenOver,
    before:
      'A worker could ask the control process, which is root, for any port, a Unix socket anywhere, or one of its file descriptors (which ended it), in the messages of Node’s cluster',
    after:
      'It opens only the listeners of the configuration. For the rest, the worker is killed and replaced: port 1023 {askPort}, Unix socket {askSocketFile}, file descriptor {askDescriptor}, malformed messages {sendNonsense}',
  },
];

/** The attempts of an intruder in a worker (test/security/intruder.ts), and their outcomes while workers were root. */
export const intrusions: Record<string, { attempt: string; asRoot: string }> = {
  listState: { attempt: 'list the state folder', asRoot: 'done' },
  readStore: { attempt: 'read `everyhop.db`', asRoot: 'done' },
  readStoreInPool: { attempt: 'read it from a thread of Node’s pool', asRoot: 'done' },
  readKey: { attempt: 'read a published `privkey.pem`', asRoot: 'done' },
  readBackup: { attempt: 'list `backup/`', asRoot: 'done' },
  readRoot: { attempt: 'read `root.pem` (public)', asRoot: 'done' },
  writeState: { attempt: 'write into the state folder', asRoot: 'done' },
  controlSocket: { attempt: 'connect to the control socket', asRoot: 'done' },
  writeCode: { attempt: 'change Everyhop’s code', asRoot: 'done' },
  writeWorkingFolder: { attempt: 'write into the working folder', asRoot: 'done' },
  readShadow: { attempt: 'read `/etc/shadow`', asRoot: 'done' },
  parentEnvironment: { attempt: 'read the environment of the control process', asRoot: 'done' },
  parentMemory: { attempt: 'open its memory (`/proc/PID/mem`)', asRoot: 'done' },
  parentFiles: { attempt: 'list its open files', asRoot: 'done' },
  parentTrace: { attempt: 'trace it (`ptrace`)', asRoot: 'done' },
  parentSignal: { attempt: 'send it a signal', asRoot: 'done' },
  otherMemory: { attempt: 'open the memory of another worker', asRoot: 'done' },
  otherTrace: { attempt: 'trace another worker', asRoot: 'done' },
  otherSignal: { attempt: 'send another worker a signal', asRoot: 'done' },
  becomeRoot: { attempt: 'become root (`setuid(0)`)', asRoot: 'done' },
  setUserIdProgram: { attempt: 'become root by a set-user-ID program', asRoot: 'root' },
  startProgram: { attempt: 'start a program', asRoot: 'done' },
  askPort: { attempt: 'have the control process open port 1023', asRoot: 'done' },
  askSocketFile: { attempt: 'have it create a Unix socket in the state folder', asRoot: 'done' },
  askDescriptor: { attempt: 'have it hand over one of its file descriptors', asRoot: 'the control process ended' },
  sendNonsense: { attempt: 'send it malformed messages', asRoot: 'read without a check' },
  sendSocket: { attempt: 'send it a socket', asRoot: 'accepted' },
};
