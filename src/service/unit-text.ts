/** Text of systemd's unit files and environment files. */

/** A section and its settings, in order. A setting without a value is left out. */
export type Section = readonly [name: string, settings: readonly (readonly [key: string, value: string | undefined])[]];

/** A unit file (systemd.unit(5)). Values are written as they are: escape words with `unitWord`, paths with `unitPath`. */
export function unitText(sections: readonly Section[]): string {
  const texts = sections.map(([name, settings]) => {
    const lines = settings.flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
    return [`[${name}]`, ...lines, ''].join('\n');
  });
  return texts.join('\n');
}

/** A command for ExecStart and ExecReload (systemd.service(5)): quoting is C-style, `%` and `$` are special. */
export function unitCommand(words: readonly string[]): string {
  return words.map(unitWord).join(' ');
}

function unitWord(word: string): string {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w./:=@%$+,-]+$/.test(escaped) ? escaped : `"${escaped.replace(/[\\"]/g, String.raw`\$&`)}"`;
}

/** A path as the whole value of a setting: only `%` is special. */
export function unitPath(file: string): string {
  return file.replaceAll('%', '%%');
}

/** Lines of an environment file (systemd.exec(5), EnvironmentFile). */
export function variableLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${variableWord(value)}`);
}

function variableWord(value: string): string {
  return `"${value.replace(/[\\"$`]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}
