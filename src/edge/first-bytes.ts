import type { Socket } from 'node:net';

/** Reads from a socket until `read` has an outcome. `closed`: by its peer. `late`: the time limit has passed. */
export class FirstBytes<T extends object | string> {
  readonly #socket: Socket;
  readonly #limitMs: number;
  readonly #read: (piece: Buffer) => T | undefined;
  readonly #done: (outcome: T | 'closed' | 'late', bytes: Buffer) => void;
  readonly #pieces: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #finished = false;

  /**
   * @param read undefined: it needs the next piece.
   * @param done also gets all bytes so far. The socket is then paused, or closed.
   */
  constructor(
    socket: Socket,
    limitMs: number,
    read: (piece: Buffer) => T | undefined,
    done: (outcome: T | 'closed' | 'late', bytes: Buffer) => void,
  ) {
    this.#socket = socket;
    this.#limitMs = limitMs;
    this.#read = read;
    this.#done = done;
  }

  /** @param first bytes that were already read. */
  start(first?: Buffer): void {
    const socket = this.#socket;
    socket.on('data', this.#onData);
    socket.on('error', this.#onEnd);
    socket.on('end', this.#onEnd);
    socket.on('close', this.#onEnd);
    this.#timer = setTimeout(this.#onLate, this.#limitMs).unref();
    if (first && first.length > 0) this.#onData(first);
    if (!this.#finished) socket.resume();
  }

  readonly #onEnd = (): void => this.#finish('closed');
  readonly #onLate = (): void => this.#finish('late');

  readonly #onData = (piece: Buffer): void => {
    this.#pieces.push(piece);
    const outcome = this.#read(piece);
    if (outcome !== undefined) this.#finish(outcome);
  };

  #finish(outcome: T | 'closed' | 'late'): void {
    const socket = this.#socket;
    this.#finished = true;
    socket.off('data', this.#onData);
    socket.off('error', this.#onEnd);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onEnd);
    clearTimeout(this.#timer);
    if (outcome === 'closed' || outcome === 'late') {
      socket.on('error', () => {});
      socket.destroy();
    } else socket.pause();
    this.#done(outcome, this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces));
  }
}
