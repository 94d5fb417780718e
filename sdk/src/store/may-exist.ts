/** Whether there is a database of this name. Where the names can not be listed: perhaps. */
export async function mayExist(indexedDB: IDBFactory, name: string): Promise<boolean> {
  const known = await indexedDB.databases?.().catch(() => null);
  return known?.some((one) => one.name === name) ?? true;
}
