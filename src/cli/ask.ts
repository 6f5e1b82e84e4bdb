/** True if a person at a terminal can answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks for a choice from a numbered list on standard error.
 * @param items shown with their numbers, from 1.
 * @returns the chosen ones; empty for any answer but numbers from the list.
 */
export async function choose(items: readonly string[], question: string): Promise<string[]> {
  for (const [index, item] of items.entries()) process.stderr.write(`${String(index + 1).padStart(3)}  ${item}\n`);
  const answer = await answerTo(question);
  const numbers = answer.split(/[\s,，、]+/).filter((word) => word !== '');
  const chosen = numbers.map((word) => (/^\d+$/.test(word) ? items[Number(word) - 1] : undefined));
  return chosen.includes(undefined) ? [] : [...new Set(chosen as string[])];
}

/**
 * Asks a yes-or-no question on standard error; standard output is for results. Any answer but a plain yes counts as no, as
 * does the end of the input.
 */
export async function ask(question: string): Promise<boolean> {
  return /^(?:y|yes|是|好)$/i.test((await answerTo(question)).trim());
}

/** Asks without showing what is typed. @returns the empty string at the end of the input. */
export async function askSecret(question: string): Promise<string> {
  const { Writable } = await import('node:stream');
  const shown = new Writable({ write: (_chunk, _encoding, done) => done() });
  // The terminal shows no input from the moment that the interface is there.
  const answer = answerTo('', shown, () => process.stderr.write(question));
  return answer.finally(() => process.stderr.write('\n'));
}

/** The empty string at the end of the input. @param output undefined: standard error, with all that is typed. */
async function answerTo(
  question: string,
  output?: NodeJS.WritableStream,
  ready: () => unknown = () => undefined,
): Promise<string> {
  const { createInterface } = await import('node:readline');
  const hidden = output && { terminal: true, historySize: 0 };
  const lines = createInterface({ input: process.stdin, output: output ?? process.stderr, ...hidden });
  return new Promise((resolve) => {
    lines.on('close', () => resolve(''));
    // Restores the terminal before the program ends as after any Ctrl-C.
    lines.on('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
    ready();
  });
}
