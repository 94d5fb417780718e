/** Tasks of the main thread that took longer than 50 ms, as the browser measures them. */
export function watchLongTasks() {
  let durations: number[] = [];
  const observer = new PerformanceObserver((list) => {
    durations.push(...list.getEntries().map(({ duration }) => duration));
  });
  observer.observe({ type: 'longtask' });
  return {
    /** Milliseconds, of those since the last call. */
    take(): number[] {
      durations.push(...observer.takeRecords().map(({ duration }) => duration));
      const taken = durations;
      durations = [];
      return taken;
    },
  };
}
