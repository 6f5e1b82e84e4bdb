import * as z from 'zod';
import { canonicalAddress, formatAddress, withoutBrackets } from '../names/address.ts';
import { formatCidr, networkOf, parseCidr } from '../names/cidr.ts';
import { readHost } from './host.ts';
import { readPath } from './path.ts';
import { formatDuration, readDuration, readRate, readSize } from './quantities.ts';
import type { ProblemCode, Reading } from './reading.ts';
import { readUpstream } from './upstream.ts';

/** The values of which the schema is made. The message of every issue is an error code. */

export const problem = (code: ProblemCode): { error: ProblemCode } => ({ error: code });

export function mapping<T extends z.core.$ZodLooseShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? ('config.not-a-mapping' satisfies ProblemCode) : undefined),
  });
}

export const list = <T extends z.core.$ZodType>(item: T): z.ZodArray<T> =>
  z.array(item, problem('config.not-a-list')).min(1, problem('config.empty-list'));

/** Converts a parser to a transform that reports its problem as an issue. */
export function reading<In, Out>(read: (input: In) => Reading<Out>) {
  return (input: In, context: z.core.$RefinementCtx<In>): Out => {
    const result = read(input);
    if ('value' in result) return result.value;
    context.issues.push({ code: 'custom', message: result.problem, params: result.params, input });
    return z.NEVER;
  };
}

export const text = z.string(problem('config.not-text'));
export const flag = z.boolean(problem('config.not-a-flag'));
export const port = z
  .int(problem('config.bad-port'))
  .min(1, problem('config.bad-port'))
  .max(65535, problem('config.bad-port'));

export function wholeNumber(min: number, max: number, code: ProblemCode): z.ZodInt {
  return z.int(problem(code)).min(min, problem(code)).max(max, problem(code));
}

export const host = text.transform(reading(readHost));
export const upstream = z
  .union([z.string(), z.int()], problem('config.bad-upstream'))
  .transform(reading((input) => readUpstream(String(input))));
export const path = text.transform(reading(readPath));

export const address = text.transform(
  reading((input): Reading<string> => {
    const canonical = canonicalAddress(withoutBrackets(input));
    return canonical === undefined ? { problem: 'config.bad-address' } : { value: canonical };
  }),
);

export function readBlock(input: string): Reading<string> {
  const block = parseCidr(input);
  if (!block) return { problem: 'config.bad-cidr' };
  const network = networkOf(block);
  if (network.address.equals(block.address)) return { value: formatCidr(block) };
  const params = { network: formatCidr(network), address: formatAddress(block.address) };
  return { problem: 'config.cidr-host-bits', params };
}

export const addressBlock = text.transform(reading(readBlock));

/** In milliseconds, as is the value. */
export function duration(leastMs: number, mostMs: number) {
  const read = (input: string): Reading<number> => {
    const result = readDuration(input);
    if (!('value' in result) || (result.value >= leastMs && result.value <= mostMs)) return result;
    const params = { min: formatDuration(leastMs), max: formatDuration(mostMs) };
    return { problem: 'config.duration-range', params };
  };
  return z.string(problem('config.bad-duration')).transform(reading(read));
}

export const size = z.string(problem('config.bad-size')).transform(reading(readSize));
export const rate = z.string(problem('config.bad-rate')).transform(reading(readRate));
