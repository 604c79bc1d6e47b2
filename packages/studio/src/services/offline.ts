/** The site without a network: registers what keeps its files, and lets a new version in where nothing is lost by it. */
import { effect } from "@preact/signals";
import { session } from "./index.js";

/**
 * Called once the page stands, so that keeping files does not compete with opening it. A first visit keeps what it fetched
 * and the kernels that an example runs; the whole site, twice as large, once there is a look or the visit is a later one.
 *
 * @param build of the kernels that this browser runs.
 */
export async function keepOffline(build: string): Promise<void> {
  // Private windows and plain http hosts other than this machine have none; the studio then needs its network.
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const isLaterVisit = serviceWorker.controller !== null;
  const registration = await serviceWorker.register("./service-worker.js").catch(() => undefined);
  if (registration === undefined) return;
  const { waiting } = registration;
  if (waiting !== null) {
    // The new version came while the old one was open; this page has only just opened, and its session is in the store.
    serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("replace");
    // It has all files, and can only begin once the old one has nothing more to do.
    return;
  }
  const { active } = await serviceWorker.ready;
  active?.postMessage({ keep: build });
  let isAsked = false;
  effect(() => {
    if (isAsked || (!isLaterVisit && session.state.value.look === undefined)) return;
    isAsked = true;
    active?.postMessage({ keep: "all" });
  });
}
