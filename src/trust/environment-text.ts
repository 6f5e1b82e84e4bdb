export const environmentFormats = ['shell', 'systemd', 'dotenv', 'dockerfile'] as const;
export type EnvironmentFormat = (typeof environmentFormats)[number];

/** Formats variables for a shell, a systemd drop-in, an `.env` file or a Dockerfile. */
export function environmentText(
  variables: readonly [name: string, value: string][],
  format: EnvironmentFormat,
): string {
  const lines = variables.map(([name, value]) => line(name, value, format));
  return (format === 'systemd' ? ['[Service]', ...lines] : lines).join('\n');
}

function line(name: string, value: string, format: EnvironmentFormat): string {
  if (format === 'shell') return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
  // In a unit file, a percent sign begins a specifier (systemd.unit(5)).
  if (format === 'systemd') return `Environment="${name}=${escaped(value).replaceAll('%', '%%')}"`;
  if (format === 'dockerfile') return `ENV ${name}="${escaped(value).replaceAll('$', String.raw`\$`)}"`;
  return `${name}=${value}`;
}

function escaped(value: string): string {
  return value.replaceAll(/["\\]/g, String.raw`\$&`);
}
