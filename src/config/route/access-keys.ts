import * as z from 'zod';
import { isKeyName } from '../../names/key-name.ts';
import { list, problem, text } from '../values.ts';

export const accessKeysShape = z
  .union(
    [z.literal(true), list(text.refine(isKeyName, problem('config.bad-key-name')))],
    problem('config.bad-access-keys'),
  )
  .meta({
    description:
      'Admits holders of an access key: true for every key that is made for the site (everyhop access add-key), or the names of some. Clients send it as Authorization: Bearer, or as x-api-key.',
  });
