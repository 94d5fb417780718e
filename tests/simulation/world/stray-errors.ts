/** Collects errors that no code catches; answers a function that ends it and tells them. */
export function catchStrays(): { stop(): string[] } {
  const found: string[] = [];
  const note = (error: unknown): void => {
    found.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
  };
  process.on('unhandledRejection', note);
  process.on('uncaughtException', note);
  return {
    stop() {
      process.off('unhandledRejection', note);
      process.off('uncaughtException', note);
      return found;
    },
  };
}
