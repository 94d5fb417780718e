/** Shows a file in a tab of its own. The tab is opened first: later, a browser takes it for one that nobody asked for. */
export async function openPdf(fetchFile: () => Promise<Blob>): Promise<void> {
  const tab = window.open('', '_blank');
  try {
    const address = URL.createObjectURL(await fetchFile());
    if (tab) tab.location.href = address;
    else location.assign(address);
    setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
  } catch (error) {
    tab?.close();
    throw error;
  }
}

/** Long enough to look at it, print it, or save it. */
const KEPT_MS = 600_000;
