import { z } from 'zod';

/**
 * What is read of a HAR 1.2 file, whoever wrote it: browsers and proxies leave fields out and add their own. What we write ourselves is
 * complete, and a test checks it against the published schema.
 */
const NamedValues = z.array(z.object({ name: z.string(), value: z.string() })).default([]);

export const HarEntry = z.object({
  startedDateTime: z.string(),
  time: z.number().catch(0),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: NamedValues,
    postData: z
      .object({
        mimeType: z.string().default(''),
        text: z.string().optional(),
        params: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
        _encoding: z.string().optional(),
      })
      .nullish(),
  }),
  response: z.object({
    status: z.number(),
    statusText: z.string().default(''),
    headers: NamedValues,
    content: z
      .object({ mimeType: z.string().default(''), text: z.string().nullish(), encoding: z.string().nullish() })
      .default({ mimeType: '' }),
    redirectURL: z.string().nullish(),
    _error: z.string().nullish(),
  }),
});
export type HarEntry = z.infer<typeof HarEntry>;

export const HarFile = z.object({
  log: z.object({
    version: z.string().default('1.1'),
    creator: z.object({ name: z.string(), version: z.string().default('') }).default({ name: 'unknown', version: '' }),
    entries: z.array(HarEntry),
  }),
});
