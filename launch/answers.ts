const PATIENCE_MS = 2_000;

/** Whether a GET is answered with 200, now. */
export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    // Nobody there yet, or not answering: both mean no.
    return false;
  }
}
