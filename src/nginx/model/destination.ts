import { childrenNamed, childrenOf, type Located } from '../reading/located.ts';
import { shown } from '../reading/bytes.ts';

const passes = ['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'memcached_pass'];
/** Directives after which a location's answer is known, the stronger first. */
const answers = ['return', ...passes, 'alias', 'root'];

/**
 * Where a server block's requests end up, in one line, as written: what it returns, or what its `location /` (else the
 * first location that says anything) does, or the folder that it serves. undefined: nginx's own folder `html`.
 */
export function destinationOf(server: Located): string | undefined {
  const returned = directiveIn(server, 'return');
  if (returned !== undefined) return returned;
  const locations = childrenNamed(server, 'location').filter(({ directive }) => directive.block);
  const root = locations.find(isRoot);
  const around = [server, ...server.parents.toReversed()];
  return (
    (root && answerIn(root)) ?? firstOf(around, (block) => directiveIn(block, 'root')) ?? firstOf(locations, answerIn)
  );
}

function firstOf<T>(list: readonly T[], answer: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = answer(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRoot({ directive: { args } }: Located): boolean {
  return args.at(-1)?.text === '/' && (args.length === 1 || args[0]!.text === '^~');
}

function answerIn(location: Located): string | undefined {
  const lua = childrenOf(location).find(({ directive }) => directive.name.text.startsWith('content_by_lua'));
  return lua ? lua.directive.name.text : firstOf(answers, (name) => directiveIn(location, name));
}

function directiveIn(block: Located, name: string): string | undefined {
  const [found] = childrenNamed(block, name);
  return found && written(found);
}

/** Of what passes on, only where to. */
function written({ directive: { name, args } }: Located): string {
  const words = args.map(({ text }) => shown(text)).join(' ');
  return passes.includes(name.text) ? words : `${name.text} ${words}`;
}
