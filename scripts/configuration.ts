/** docs/configuration.md, from the JSON Schema of `everyhop.yaml`. */
import { configurationSchema } from '../src/app/configuration.ts';

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: string | boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  additionalProperties?: Schema | false;
  minimum?: number;
  maximum?: number;
}

/** An example for each key that has no obvious value. */
const examples: Record<string, string> = {
  host: 'chat.test',
  upstream: '7861',
  path: '/v1',
  upstream_root: './roots/models.pem',
  certificate: 'letsencrypt',
  redirect: 'https://chat.test',
  respond: '503',
  block: '[/api]',
  listen: '[192.168.1.10]',
  trusted_proxies: '[10.0.0.2]',
  email: 'ops@example.com',
  dns_resolvers: '[9.9.9.9]',
  directory: 'https://ca.internal/acme/directory',
  key_id: 'abc',
  mac_key_file: './zerossl.hmac',
  preferred_chain: 'ISRG Root X1',
  profile: 'shortlived',
  permit: '[vllm, 10.0.0.0/8]',
  roots: '[./office.pem]',
  root: './root.pem',
  chain: './models.pem',
  key: './models.key',
};

export function configurationPage(): string {
  const schema = configurationSchema() as Schema;
  const sections: string[] = [];
  const visit = (title: string, place: string, part: Schema): void => {
    const rows = Object.entries(part.properties ?? {}).map(([key, value]) => rowOf(key, value, part.required ?? []));
    const section = `## ${title}\n\n${place}| key | value | default | |\n|---|---|---|---|\n${rows.join('\n')}`;
    // Sites and their routes have settings in common.
    if (sections.includes(section)) return;
    sections.push(section);
    for (const [key, value] of Object.entries(part.properties ?? {})) {
      const inner = mappingIn(value);
      if (inner) visit(`\`${key}\``, value.description ? `${escape(value.description)}\n\n` : '', inner);
    }
  };
  visit('The file', '', schema);
  return `# \`everyhop.yaml\`

\`\`\`yaml
# everyhop.yaml
sites:
  - host: chat.test
    upstream: http://127.0.0.1:7861
\`\`\`

Everyhop reloads the file on every change. It reports a mistake with line, column and a suggestion, and keeps the running
configuration. \`everyhop config check FILE\` checks it, with every file that it names. Relative paths start at the file's folder.
Editors complete keys with [everyhop.schema.json](everyhop.schema.json). For whole files: [several apps](several-apps.md).
\`npm run docs\` generates this page from \`src/config/schema.ts\`.

${sections.join('\n\n')}
`;
}

function rowOf(key: string, schema: Schema, required: readonly string[]): string {
  const fallback = schema.default;
  const isPlain = fallback !== undefined && (typeof fallback !== 'object' || Array.isArray(fallback));
  const byDefault = required.includes(key) && fallback === undefined ? 'required' : '–';
  const example = examples[key] === undefined || mappingIn(schema) ? '' : ` Example: \`${key}: ${examples[key]}\``;
  const shown = isPlain ? `\`${JSON.stringify(fallback)}\`` : byDefault;
  return `| \`${key}\` | ${valueOf(schema)} | ${shown} | ${escape(schema.description ?? '')}${escape(example)} |`;
}

function valueOf(schema: Schema): string {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(valueOf))].join(' or ');
  if (schema.enum) return [...new Set(schema.enum.map((value) => `\`${String(value)}\``))].join(', ');
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.type === 'array')
    return schema.items && mappingIn(schema.items) ? 'list' : `list of ${valueOf(schema.items!)}`;
  if (schema.type === 'object') return 'mapping';
  if (schema.type === 'integer') {
    const bounded = schema.maximum !== undefined && schema.maximum <= 1_000_000 && (schema.minimum ?? -1) >= 0;
    return bounded ? `number, ${schema.minimum} to ${schema.maximum}` : 'number';
  }
  return { string: 'text', boolean: 'true or false' }[schema.type ?? ''] ?? 'text';
}

/** The mapping that a value is, or contains. */
function mappingIn(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  if (schema.items) return mappingIn(schema.items);
  if (schema.additionalProperties) return mappingIn(schema.additionalProperties);
  return schema.anyOf?.map(mappingIn).find(Boolean);
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\*(?=\.)/g, '\\*');
}
