import { setting } from '#kernel/index.ts';
import { z } from 'zod';

export const dataFolderSetting = setting({
  key: 'storage.data_folder',
  type: z.string(),
  default: '',
  describe: "Folder for everything Ratchet keeps; empty means the platform's convention, such as ~/.local/share/ratchet.",
});
