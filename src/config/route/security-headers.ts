import * as z from 'zod';
import { readFieldValue } from '../field.ts';
import { list, mapping, problem, reading, text } from '../values.ts';

/** Response fields that restrict browsers. The app's own fields of these names stay. */
export interface SecurityHeaders {
  /** Which pages may show the app in a frame: pages of the same origin, none, any, or these sources (CSP). */
  frames: 'same-origin' | 'none' | 'any' | string[];
  referrerPolicy: string;
  permissionsPolicy?: string | undefined;
  contentSecurityPolicy?: string | undefined;
}

const value = text.transform(reading(readFieldValue));
const source = text.regex(/^(?:https?:\/\/)?[a-z0-9*.:[\]-]+$/i, problem('config.bad-origin'));

export const securityHeadersKeys = {
  frames: z
    .union([z.enum(['same-origin', 'none', 'any']), list(source)], problem('config.bad-frames'))
    .optional()
    .meta({
      description:
        'Which pages may show the app in a frame: same-origin (the default), none, any, or a list such as [https://intranet.example.com].',
    }),
  referrer_policy: z
    .enum(
      [
        'no-referrer',
        'no-referrer-when-downgrade',
        'origin',
        'origin-when-cross-origin',
        'same-origin',
        'strict-origin',
        'strict-origin-when-cross-origin',
        'unsafe-url',
      ],
      problem('config.bad-choice'),
    )
    .optional()
    .meta({ description: 'Referrer-Policy. Default: strict-origin-when-cross-origin.' }),
  permissions_policy: value.optional().meta({
    description:
      'Permissions-Policy, such as camera=(), microphone=(). Default: not sent, since voice and video chats need both.',
  }),
  content_security_policy: value.optional().meta({
    description:
      'Content-Security-Policy for an app that sends none. Default: not sent, since most apps have inline scripts.',
  }),
};

export const securityHeadersShape = z
  .union([z.boolean(), mapping(securityHeadersKeys)], problem('config.not-true-or-a-mapping'))
  .meta({
    description:
      'Sends X-Content-Type-Options, Referrer-Policy and protection against foreign frames, unless the app sends its own: true, or details.',
  });

export function toSecurityHeaders(content: z.output<typeof securityHeadersShape>): SecurityHeaders | undefined {
  if (content === false) return undefined;
  const { frames, referrer_policy, permissions_policy, content_security_policy } = content === true ? {} : content;
  return {
    frames: frames ?? 'same-origin',
    referrerPolicy: referrer_policy ?? 'strict-origin-when-cross-origin',
    ...(permissions_policy !== undefined && { permissionsPolicy: permissions_policy }),
    ...(content_security_policy !== undefined && { contentSecurityPolicy: content_security_policy }),
  };
}
