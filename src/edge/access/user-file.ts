import { createHash, hash, randomBytes } from 'node:crypto';
import { type PasswordHash, readHash, verifyPassword } from '../../passwords/hash.ts';
import type { EdgeUsers } from '../snapshot.ts';

const mostRemembered = 4096;
/** A page that goes on asking with an old password is no guesser. */
const wrongForMs = 60_000;
/** Of files that changed, the last ones: open requests may still use them. */
const mostFiles = 64;

/** The users of one state of a file, and the credentials that were found right. */
export class UserFile {
  readonly #hashes = new Map<string, PasswordHash>();
  /** Credentials are remembered as a digest with this key. It never leaves the process. */
  readonly #key = randomBytes(32).toString('base64');
  /** The user by digest; the least recently used first. */
  readonly #remembered = new Map<string, string>();
  /** When wrong credentials were verified last, by digest; the oldest first. */
  readonly #wrong = new Map<string, number>();
  readonly #decoys: readonly PasswordHash[];

  constructor({ entries }: EdgeUsers) {
    for (const [name, encoded] of entries) {
      const read = readHash(encoded);
      if (typeof read !== 'string') this.#hashes.set(name, read);
    }
    this.#decoys = [...this.#hashes.values()];
  }

  /** Without users, it admits no visitor. */
  get isEmpty(): boolean {
    return this.#decoys.length === 0;
  }

  has(name: string): boolean {
    return this.#hashes.has(name);
  }

  /** The digest by which the credentials of an Authorization field are remembered. */
  digestOf(authorization: string): string {
    return hash('sha256', this.#key + authorization, 'base64');
  }

  /** The user whose credentials have this digest; undefined if they were not verified lately. */
  userOf(digest: string): string | undefined {
    const name = this.#remembered.get(digest);
    if (name === undefined || this.#remembered.size < mostRemembered) return name;
    this.#remembered.delete(digest);
    this.#remembered.set(digest, name);
    return name;
  }

  remember(digest: string, name: string): void {
    this.#remembered.set(digest, name);
    if (this.#remembered.size > mostRemembered) this.#remembered.delete(this.#remembered.keys().next().value!);
  }

  isKnownWrong(digest: string, nowMs: number): boolean {
    return nowMs - (this.#wrong.get(digest) ?? -Infinity) < wrongForMs;
  }

  noteWrong(digest: string, nowMs: number): void {
    this.#wrong.delete(digest);
    this.#wrong.set(digest, nowMs);
    if (this.#wrong.size > mostRemembered) this.#wrong.delete(this.#wrong.keys().next().value!);
  }

  /** A name that the file lacks takes as long as another: the hash of a user, always the same one, is computed for it. */
  async verify(name: string, password: Buffer): Promise<boolean> {
    const own = this.#hashes.get(name);
    const decoy = this.#decoys[hash('sha256', this.#key + name, 'buffer').readUInt32BE() % this.#decoys.length]!;
    const isRight = await verifyPassword(own ?? decoy, password);
    return isRight && own !== undefined;
  }
}

const files = new Map<string, UserFile>();
const ofUsers = new WeakMap<EdgeUsers, UserFile>();

/** The same for the same content: a new certificate, for example, does not end what is remembered. */
export function userFileOf(users: EdgeUsers): UserFile {
  let file = ofUsers.get(users);
  if (file) return file;
  const digest = createHash('sha256').update(JSON.stringify(users.entries)).digest('base64');
  file = files.get(digest) ?? new UserFile(users);
  files.delete(digest);
  files.set(digest, file);
  if (files.size > mostFiles) files.delete(files.keys().next().value!);
  ofUsers.set(users, file);
  return file;
}
