import type { Step } from '../app/certificates.ts';
import { stepPhrase } from '../app/certificates.ts';
import type { Output } from './output.ts';

const tickMs = 1000;

/** Shows what is under way: on a terminal as one line that is rewritten, otherwise as a line for each new step. */
export class Progress {
  readonly #output: Output;
  readonly #stream: NodeJS.WritableStream & { isTTY?: boolean };
  #shown: { text: string; sinceMs: number; timer: NodeJS.Timeout } | undefined;
  #last = '';

  constructor(output: Output, stream: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr) {
    this.#output = output;
    this.#stream = stream;
  }

  /** @param authority its host. */
  step(step: Step, authority: string): void {
    if (this.#output.json) return;
    const text = stepPhrase(step, authority).in(this.#output.language);
    if (text === this.#last) return;
    this.#last = text;
    if (this.#stream.isTTY !== true) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#show(text);
  }

  /** Shows a text on a terminal, and nothing elsewhere. */
  show(text: string): void {
    if (!this.#output.json && this.#stream.isTTY === true) this.#show(text);
  }

  #show(text: string): void {
    this.clear();
    this.#shown = { text, sinceMs: performance.now(), timer: setInterval(() => this.#draw(), tickMs) };
    this.#shown.timer.unref();
    this.#draw();
  }

  /** Removes the line from the terminal, before anything else is printed. */
  clear(): void {
    if (!this.#shown) return;
    clearInterval(this.#shown.timer);
    this.#shown = undefined;
    this.#stream.write('\r\u001B[2K');
  }

  #draw(): void {
    if (!this.#shown) return;
    const { text, sinceMs } = this.#shown;
    const seconds = Math.floor((performance.now() - sinceMs) / 1000);
    const [columns] = (this.#stream as NodeJS.WriteStream).getWindowSize?.() ?? [80];
    const line = seconds === 0 ? `${text} …` : `${text} … ${seconds} s`;
    // A wrapped line could not be rewritten. A Chinese character takes two columns.
    let width = 0;
    const isFitting = (character: string): boolean => (width += character > '\u2E80' ? 2 : 1) < columns;
    const fitting = Array.from(line).filter(isFitting).join('');
    this.#stream.write(`\r\u001B[2K${fitting}`);
  }
}
