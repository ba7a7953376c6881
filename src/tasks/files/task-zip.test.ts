import { buffer } from 'node:stream/consumers';
import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { loadFrom } from '../load.ts';
import { soundMetadata } from '../evaluate-for-test.ts';
import { filesFromZip } from './task-zip.ts';

interface RawEntry {
  readonly name: string;
  readonly content?: string | Buffer;
  readonly attributes?: number;
  readonly flags?: number;
  /** What the archive claims, where it lies. */
  readonly claimedSize?: number;
}

/** An archive byte by byte, so that it can hold what no decent tool would write. */
function rawZip(entries: readonly RawEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content = '', attributes = 0o100644, flags = 0x800, claimedSize } of entries) {
    const bytes = Buffer.from(content);
    const packed = deflateRawSync(bytes);
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(claimedSize ?? bytes.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, nameBytes, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((attributes << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 3]), common, tail, nameBytes]));
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(list.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, list, Buffer.from('PK\u0005\u0006'), end]);
}

const main = "(function () { return 'ok'; })";
const sound: readonly RawEntry[] = [
  { name: 'metadata.json', content: soundMetadata },
  { name: 'main.js', content: main },
];

const load = async (entries: readonly RawEntry[]) => loadFrom(await filesFromZip('test.zip', rawZip(entries)));

describe('a task in an archive', () => {
  it('is found at the root', async () => {
    expect((await load(sound)).files['main.js']).toBe(main);
  });

  it('is found in the one first-level folder that holds a manifest', async () => {
    const nested = sound.map((entry) => ({ ...entry, name: `my-task/${entry.name}` }));
    expect((await load([...nested, { name: 'readme/notes.json', content: '{}' }])).files['main.js']).toBe(main);
  });

  it('at the root counts more than one in a folder', async () => {
    const other = [
      { name: 'a/metadata.json', content: soundMetadata },
      { name: 'a/main.js', content: 'broken(' },
    ];
    expect((await load([...other, ...sound])).label).toBe('Test');
  });

  it('must be the only one on its level', async () => {
    const two = ['a', 'b'].map((folder) => ({ name: `${folder}/metadata.json`, content: soundMetadata }));
    await expect(load(two)).rejects.toThrow(/2 tasks \(a\/, b\/\)/);
  });

  it('must be there', async () => {
    await expect(load([{ name: 'a/b/metadata.json', content: soundMetadata }])).rejects.toThrow(/no metadata\.json/);
  });

  it('may come from another tool, compressed and with folder entries', async () => {
    const zip = new ZipFile();
    zip.addEmptyDirectory('tests');
    zip.addBuffer(Buffer.from(soundMetadata), 'metadata.json');
    zip.addBuffer(Buffer.from(main), 'main.js');
    zip.end();
    const bytes = await buffer(zip.outputStream);
    expect((await loadFrom(await filesFromZip('test.zip', bytes))).callable.form).toBe('completion value');
  });

  it('is not unpacked beyond what matters', async () => {
    const task = await load([...sound, { name: 'picture.png', content: 'png' }, { name: 'node_modules/x/index.js', content: 'x' }]);
    expect(Object.keys(task.files)).toEqual(['main.js', 'metadata.json']);
  });
});

describe('an archive is refused', () => {
  it.each<[string, RawEntry]>([
    ['for a path that leaves it', { name: '../outside.js', content: 'x' }],
    ['for a path that leaves it half-way', { name: 'a/../../outside.js', content: 'x' }],
    ['for an absolute path', { name: '/etc/passwd.json', content: '{}' }],
    ['for a path with a drive', { name: 'C:/task.json', content: '{}' }],
    ['for backslashes', { name: '..\\outside.js', content: 'x' }],
    ['for a null character', { name: 'main.js\0.json', content: 'x' }],
    ['for a link', { name: 'data.json', content: '/etc/passwd', attributes: 0o120777 }],
    ['for a device', { name: 'data.json', attributes: 0o020666 }],
    ['for an encrypted entry', { name: 'data.json', content: '{}', flags: 0x801 }],
    ['for two entries of one name', { name: 'main.js', content: 'evil()' }],
    ['for a compression bomb', { name: 'data.json', content: Buffer.alloc(3_000_000, ' ') }],
    ['for an entry that is too large', { name: 'data.json', content: Buffer.alloc(5_000_000, 'abcdefghijk') }],
    ['for an entry larger than it claims', { name: 'data.json', content: Buffer.alloc(1_000_000, 'x'), claimedSize: 10 }],
    ['for an entry smaller than it claims', { name: 'data.json', content: '{}', claimedSize: 100 }],
  ])('%s', async (_name, entry) => {
    await expect(load([...sound, entry])).rejects.toMatchObject({ code: 'TASK_ARCHIVE_UNSAFE' });
  });

  it('for too many entries', async () => {
    const many = Array.from({ length: 2_001 }, (_, index) => ({ name: `f${index}.txt` }));
    await expect(load([...sound, ...many])).rejects.toMatchObject({ code: 'TASK_TOO_LARGE' });
  });

  it('for too much in all', async () => {
    const noise = Array.from({ length: 6 }, (_, index) => ({ name: `f${index}.json`, content: noiseOf(3_500_000, index) }));
    await expect(load([...sound, ...noise])).rejects.toMatchObject({ code: 'TASK_TOO_LARGE' });
  });

  it.each([
    ['text', Buffer.from('this is not an archive')],
    ['nothing', Buffer.alloc(0)],
    ['half an archive', rawZip(sound).subarray(0, 60)],
    ['an archive with a damaged directory', damaged(rawZip(sound))],
  ])('when it is %s', async (_name, bytes) => {
    await expect(filesFromZip('test.zip', bytes)).rejects.toMatchObject({ code: 'TASK_ARCHIVE_UNSAFE' });
  });
});

/** Text that compresses about as well as source code. */
function noiseOf(length: number, seed: number): string {
  let state = seed + 1;
  let text = '';
  while (text.length < length) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    text += state.toString(36).padEnd(12);
  }
  return text.slice(0, length);
}

function damaged(zip: Buffer): Buffer {
  const at = zip.indexOf('PK\u0001\u0002');
  return Buffer.concat([zip.subarray(0, at), Buffer.from('XX'), zip.subarray(at + 2)]);
}
