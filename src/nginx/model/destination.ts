import { childrenNamed, childrenOf, type LocatedDirective } from '../reading/located.ts';
import { fromLatin1 } from '../reading/latin1.ts';

const passes = ['proxy_pass', 'grpc_pass', 'fastcgi_pass', 'uwsgi_pass', 'scgi_pass', 'memcached_pass'];
/** Directives that determine a location's answer, in order of precedence. */
const answers = ['return', ...passes, 'alias', 'root'];

/**
 * Summarizes in one line, as written, how a server block answers: by its own `return`, by its `location /`, from its
 * `root`, or else by the first location that determines an answer. Undefined means nginx's default folder `html`.
 */
export function destinationOf(server: LocatedDirective): string | undefined {
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

function isRoot({ directive: { args } }: LocatedDirective): boolean {
  return args.at(-1)?.text === '/' && (args.length === 1 || args[0]!.text === '^~');
}

/** How a location answers, as written; undefined if it determines no answer itself. */
export function answerIn(location: LocatedDirective): string | undefined {
  const lua = childrenOf(location).find(({ directive }) => directive.name.text.startsWith('content_by_lua'));
  return lua ? lua.directive.name.text : firstOf(answers, (name) => directiveIn(location, name));
}

function directiveIn(block: LocatedDirective, name: string): string | undefined {
  const [found] = childrenNamed(block, name);
  return found && written(found);
}

/** Only the target for directives of `passes`, else the whole directive. */
function written({ directive: { name, args } }: LocatedDirective): string {
  const words = args.map(({ text }) => fromLatin1(text)).join(' ');
  return passes.includes(name.text) ? words : `${name.text} ${words}`;
}
