import * as fc from '../../support/fast-check.ts';

/** A few server blocks on one port. Each answers with its number. */
export interface Case {
  blocks: { listens: ListenChoice[]; names: string[] }[];
  /** True if every listener uses TLS. */
  secure: boolean;
}

interface ListenChoice {
  /** As written before the port; '' for none. */
  address: string;
  parameters: string[];
}

const addresses = ['', '*:', '127.0.0.1:', '127.0.0.2:', '0127.0.0.03:', '[::1]:', '[::]:', '[0:0::0001]:'];

/** Few labels, so that names often match. */
const names = [
  'example.com',
  'www.example.com',
  'a.b.example.com',
  'EXAMPLE.net',
  'b.example.net',
  '.example.com',
  '.b.example.com',
  '*.example.com',
  '*.b.example.com',
  '*.com',
  '.net',
  'www.example.*',
  'www.*',
  'example.*',
  'a.b.*',
  '_',
  '',
  '$hostname',
  'localhost',
  '127.0.0.1',
  '[::1]',
  String.raw`~^(?<sub>[^.]+)\.example\.(com|net)$`,
  '~^www[0-9]{1,3}',
  '~^WWW',
  String.raw`~\.b\.`,
  String.raw`~^[[:alpha:]]+\Z`,
  String.raw`~^(?:a|b)\.(?!c)\w+\.[a-z]{2,}$`,
  String.raw`~^\d+\.\d+`,
  String.raw`~\Qexample.net\E$`,
];

const hosts = [
  'example.com',
  'www.example.com',
  'WWW.Example.COM',
  'www7.example.org',
  'a.b.example.com',
  'b.example.com',
  'x.b.example.com',
  'a.x.example.com',
  'example.net',
  'b.example.net',
  'a.b.c',
  'www.example.org',
  'www.example.co.uk',
  'example.org',
  'www.org',
  'localhost',
  'EXAMPLE.com.',
  'com',
  'net',
  'x.net',
  '_',
  '127.0.0.1',
  '[::1]',
  '.example.com',
  'nobody.invalid',
  'a.d.test',
];

export const arbitraryHosts = fc.subarray(hosts, { minLength: 12, maxLength: 12 });

/** Gives parameters only once per address where nginx accepts them only once. */
export const arbitraryCase: fc.Arbitrary<Case> = fc
  .record({
    blocks: fc.array(
      fc.record({
        addresses: fc.subarray(addresses, { minLength: 1, maxLength: 3 }),
        names: fc.array(fc.constantFrom(...names), { maxLength: 4 }),
        isDefault: fc.integer({ min: 0, max: 3 }).map((number) => number === 0),
      }),
      { minLength: 1, maxLength: 7 },
    ),
    secure: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
    dualStack: fc.boolean(),
  })
  .map(({ blocks, secure, dualStack }) => {
    const hasV4 = blocks.some((block) => block.addresses.some((address) => !address.startsWith('[')));
    const seen = new Set<string>();
    const defaults = new Set<string>();
    const rendered = blocks.map(({ addresses, names, isDefault }) => {
      const own = new Set<string>();
      const listens: ListenChoice[] = [];
      for (const address of addresses) {
        const same = canonical(address);
        if (own.has(same)) continue;
        own.add(same);
        const parameters: string[] = [];
        if (same === '[::]' && !seen.has(same) && dualStack && !hasV4) parameters.push('ipv6only=off');
        if (isDefault && !defaults.has(same)) {
          defaults.add(same);
          parameters.push('default_server');
        }
        if (secure && !seen.has(same)) parameters.push('ssl');
        seen.add(same);
        listens.push({ address, parameters });
      }
      return { listens, names };
    });
    return { blocks: rendered, secure };
  });

/** One form for all spellings of an address. */
function canonical(address: string): string {
  const plain = address.replace(/:$/, '');
  return { '': '*', '[0:0::0001]': '[::1]' }[plain] ?? plain;
}

/** @param tag the answer and the extra directives of block `index` */
export function render(
  { blocks }: Case,
  port: number,
  tag: (index: number) => { answer: string; extra: string },
): string {
  return blocks
    .map(({ listens, names }, index) => {
      const { answer, extra } = tag(index);
      const lines = [
        ...listens.map(({ address, parameters }) => `listen ${[`${address}${port}`, ...parameters].join(' ')};`),
        ...(names.length > 0
          ? [`server_name ${names.map((name) => `"${name.replaceAll('\\', '\\\\')}"`).join(' ')};`]
          : []),
        extra,
        `return 200 "<${answer}>";`,
      ];
      return `server {\n${lines.join('\n')}\n}\n`;
    })
    .join('');
}
