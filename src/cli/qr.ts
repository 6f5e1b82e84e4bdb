import { encode } from 'uqr';

/** Scanners need light modules around the code (ISO/IEC 18004: four; phones make do with two). */
const border = 2;
const indent = '  ';

/**
 * A QR code, two rows of modules a line; undefined if the terminal is too narrow.
 * @param hasColours draws black on white, in any terminal. Else the light modules are drawn, which is right on
 *   a dark terminal, and phones read it inverted, too.
 */
export function qrCode(text: string, columns: number, hasColours: boolean): string | undefined {
  const { data, size } = encode(text, { ecc: 'L', border });
  if (size + 2 * indent.length > columns) return undefined;
  const isDark = (row: number, column: number): boolean => data[row]?.[column] === true;
  const blocks = [' ', '▄', '▀', '█'];
  return Array.from({ length: Math.ceil(size / 2) }, (_, line) => {
    const modules = Array.from({ length: size }, (__, column) => {
      const halves = [isDark(line * 2, column), isDark(line * 2 + 1, column)].map((dark) => dark === hasColours);
      // A half line below the last row stays empty.
      if (line * 2 + 1 >= size && !hasColours) halves[1] = false;
      return blocks[Number(halves[0]) * 2 + Number(halves[1])]!;
    }).join('');
    return `${indent}${hasColours ? `\u001b[38;5;16;48;5;231m${modules}\u001b[0m` : modules}`;
  }).join('\n');
}
