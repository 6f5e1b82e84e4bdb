/** Does a person sit there who can be asked? */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/**
 * Asks a question that is answered by yes or no. Not on standard output, which holds the result alone; whatever is not a plain
 * yes is a no, the end of the input too.
 */
export async function ask(question: string): Promise<boolean> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.on('close', () => resolve(false));
    // The terminal is put right first, then the program ends as by any Ctrl-C.
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
