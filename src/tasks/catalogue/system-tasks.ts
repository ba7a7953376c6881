/** Tasks that belong to the server: it makes them again, so nobody removes them by mistake. */
export const systemTaskUuids = { heartbeat: '00000000-0000-0000-0000-000000000001' } as const;

export function isSystemTask(uuid: string): boolean {
  return Object.values<string>(systemTaskUuids).includes(uuid);
}
