/** A stream that arrives in fewer pieces was held back on its way. */
const fewest = 10;

/** @throws Error if the text did not grow piece by piece. */
export function streamed(done: string, pieces: number): string {
  if (pieces < fewest)
    throw new Error(`the answer came in ${pieces === 1 ? 'one piece' : `${pieces} pieces`} instead of word by word`);
  return `${done}, streamed in ${pieces} pieces`;
}
