/** True if a person at a terminal can answer a question. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks a yes-or-no question on standard error; standard output is for results. Any answer but a plain yes counts as no, as
 * does the end of the input.
 */
export async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('close', () => resolve(false));
    // Restores the terminal before the program ends as after any Ctrl-C.
    lines.on('SIGINT', () => {
      lines.close();
      process.kill(process.pid, 'SIGINT');
    });
    lines.question(question, (answer) => {
      resolve(/^(?:y|yes|是|好)$/i.test(answer.trim()));
      lines.close();
    });
  });
}
