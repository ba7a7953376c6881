import { RatchetError } from '#kernel/index.ts';
import { ignoredFolders, openZipArchive } from '#tasks/index.ts';
import { sourceContentInvalid } from '../../errors.ts';
import { fetchLimits } from '../cache/fetch-limits.ts';

/** Whether bytes begin as a ZIP does. */
export const isZip = (body: Buffer): boolean => body.length > 4 && body.readUInt32BE(0) === 0x504b0304;

export interface UnpackedFile {
  readonly path: string;
  readonly bytes: number;
  read(): Promise<Buffer>;
}

/** The files of an archive that may be hostile, none of them unpacked yet. @throws SOURCE_CONTENT_INVALID */
export async function filesInZip(address: string, body: Buffer): Promise<readonly UnpackedFile[]> {
  const refuse = (error: unknown) =>
    error instanceof RatchetError ? sourceContentInvalid({ address, reason: error.message.replace(/\.$/, '') }, error) : error;
  try {
    const zip = await openZipArchive(address, body, {
      count: fetchLimits.files,
      fileBytes: (name) => (isIgnored(name) ? null : fetchLimits.fileBytes),
    });
    return [...zip.entries].flatMap(([path, bytes]) =>
      isIgnored(path)
        ? []
        : [
            {
              path,
              bytes,
              read: () =>
                zip.read(path).catch((error: unknown) => {
                  throw refuse(error);
                }),
            },
          ],
    );
  } catch (error) {
    throw refuse(error);
  }
}

const isIgnored = (path: string) => path.split('/').some((part) => ignoredFolders.has(part));
