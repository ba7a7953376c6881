import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const secretNamesSetting = setting({
  key: 'recordings.secret_names',
  type: z.array(z.string().min(1)),
  default: [],
  describe:
    'More names of fields, headers and parameters whose values are masked in recordings; case and the signs - and _ do not count. Names such as password, token, api_key and authorization always are.',
});
