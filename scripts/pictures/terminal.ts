/** Draws the output of a program, with its colours, as SVG. */

const colours: Record<string, string> = { '31': '#f28b82', '32': '#7ee0b5', '33': '#f0c36a', '36': '#8ab4f8' };
const charWidth = 8.43;
const lineHeight = 20;

interface Piece {
  text: string;
  colour?: string;
  bold?: boolean;
  dim?: boolean;
  /** Black on white, as for a QR code. */
  inverse?: boolean;
}

/** @param columns width of the terminal; longer lines wrap. */
export function drawTerminal(command: string, output: string, columns: number): string {
  const lines = [
    [
      { text: '$ ', dim: true },
      { text: command, bold: true },
    ],
    ...output.split('\n').map(piecesOf),
  ];
  const rows = lines.flatMap((pieces) => wrap(pieces, columns));
  const width = Math.ceil(columns * charWidth) + 40;
  const height = rows.length * lineHeight + 66;
  const drawn = rows.map((pieces, index) => rowOf(pieces, 58 + index * lineHeight));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="${width}" height="${height}" rx="10" fill="#161a18"/>
<circle cx="22" cy="20" r="6" fill="#4a514d"/><circle cx="42" cy="20" r="6" fill="#4a514d"/><circle cx="62" cy="20" r="6" fill="#4a514d"/>
<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="#e6ecea" xml:space="preserve">
${drawn.join('\n')}
</g>
</svg>
`;
}

function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = [];
  let style: Omit<Piece, 'text'> = {};
  // eslint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[[\d;]*m)/)) {
    // eslint-disable-next-line no-control-regex
    const codes = /^\u001b\[([\d;]*)m$/.exec(part)?.[1];
    if (codes === undefined) {
      if (part !== '') pieces.push({ text: part, ...style });
    } else if (codes.startsWith('38;5;16')) style = { inverse: true };
    else if (codes === '1') style = { ...style, bold: true };
    else if (codes === '2') style = { ...style, dim: true };
    else if (colours[codes] !== undefined) style = { ...style, colour: colours[codes] };
    else style = {};
  }
  return pieces;
}

function wrap(pieces: readonly Piece[], columns: number): Piece[][] {
  const rows: Piece[][] = [[]];
  let used = 0;
  for (const piece of pieces) {
    for (const word of piece.text.split(/(?<= )/)) {
      if (used > 0 && used + word.trimEnd().length > columns) {
        rows.push([{ text: '    ' }]);
        used = 4;
      }
      rows.at(-1)!.push({ ...piece, text: word });
      used += word.length;
    }
  }
  return rows;
}

function rowOf(pieces: readonly Piece[], y: number): string {
  let column = 0;
  return joined(pieces)
    .map((piece) => {
      const x = (20 + column * charWidth).toFixed(1);
      column += piece.text.length;
      if (piece.inverse) return blocksOf(piece.text, Number(x), y - 15);
      if (piece.text.trim() === '') return '';
      const style = [
        piece.colour && ` fill="${piece.colour}"`,
        piece.bold && ' font-weight="700"',
        piece.dim && ' fill="#93a09a"',
      ];
      // Every column in its place, with any font; SVG would collapse plain spaces.
      const width = (piece.text.length * charWidth).toFixed(1);
      const text = escape(piece.text).replaceAll(' ', '\u00a0');
      return `<text x="${x}" y="${y}" textLength="${width}"${style.filter(Boolean).join('')}>${text}</text>`;
    })
    .join('');
}

/** Neighbours of one style as one piece. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const { text: former = '', ...style } = result.at(-1) ?? {};
    const { text, ...own } = piece;
    if (result.length > 0 && JSON.stringify(style) === JSON.stringify(own))
      result[result.length - 1] = { text: former + text, ...own };
    else result.push(piece);
  }
  return result;
}

/** Half blocks as rectangles: no font leaves gaps between them. */
function blocksOf(text: string, x: number, y: number): string {
  const half = lineHeight / 2;
  const cells = Array.from(text).flatMap((character, index) => {
    const left = x + index * charWidth;
    const cell = (top: number, height: number): string =>
      `M${left.toFixed(1)} ${top}h${(charWidth + 0.1).toFixed(2)}v${height}h-${(charWidth + 0.1).toFixed(2)}z`;
    if (character === '█') return [cell(y, lineHeight)];
    if (character === '▀') return [cell(y, half)];
    return character === '▄' ? [cell(y + half, half)] : [];
  });
  const width = (text.length * charWidth).toFixed(1);
  const paper = `<rect x="${x}" y="${y}" width="${width}" height="${lineHeight + 0.3}" fill="#fff"/>`;
  return `${paper}<path d="${cells.join('')}" fill="#000"/>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
