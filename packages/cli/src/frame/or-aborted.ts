// What can stop by itself does so within some milliseconds; a decoder cannot, and has nothing to add.
const GRACE_MS = 300;

/**
 * What `work` gives, or, soon after the signal aborts, its reason. The work is not stopped by that: the caller has
 * to be about to end.
 */
export async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => {
      timer = setTimeout(() => reject(signal.reason), GRACE_MS);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
    clearTimeout(timer);
  }
}
