/** One page holds a session at a time; who holds it says so when asked, so that a page that has ended is told from one that lives. */

const NAME = "synthconv-studio";
/** Milliseconds: a browser on a slow machine lets go of a page's lock long after the page has ended. */
const PATIENCE = 5000;
/** Milliseconds after which a page that answered is asked once more: one that is about to end may answer still. */
const AGAIN = 500;

/**
 * Holds the session for as long as the page lives. Waits where the page that had it no longer answers.
 *
 * @returns false where another page holds it.
 */
export async function hold(id: string): Promise<boolean> {
  if (!("locks" in navigator)) return true;
  const channel = new BroadcastChannel(NAME);
  const isHeld = await new Promise<boolean>((resolve) => {
    let isOver = false;
    const end = (result: boolean): void => {
      isOver = true;
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => end(false), PATIENCE);
    let answers = 0;
    const ask = (): void => {
      if (!isOver) channel.postMessage({ wanted: id });
    };
    channel.onmessage = ({ data }) => {
      if (data.held !== id) return;
      answers++;
      if (answers === 1) setTimeout(ask, AGAIN);
      else end(false);
    };
    // Without a signal that ends the request: Chromium (156) loses one that comes at once, and waits for ever.
    void navigator.locks.request(`${NAME} ${id}`, () => {
      if (isOver) return undefined;
      end(true);
      // Until the page ends.
      return new Promise(() => {});
    });
    ask();
  });
  if (isHeld) {
    channel.onmessage = ({ data }) => {
      if (data.wanted === id) channel.postMessage({ held: id });
    };
  } else channel.close();
  return isHeld;
}
