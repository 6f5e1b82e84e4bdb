/** How long a computation may hold the event loop. */
const sliceMs = 1;

/** Divides a computation: tokens of other visitors must not wait for it. */
export class Slices {
  #endMs = performance.now() + sliceMs;

  /** True once a slice is over: call `pause` then. */
  get over(): boolean {
    return performance.now() >= this.#endMs;
  }

  async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.#endMs = performance.now() + sliceMs;
  }
}
