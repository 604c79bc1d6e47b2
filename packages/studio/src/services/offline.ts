/** The site without a network: registers what keeps its files, and lets a new version in where nothing is lost by it. */

/** Called once the page stands, so that keeping files does not compete with opening it. */
export async function keepOffline(): Promise<void> {
  // Private windows and plain http hosts other than this machine have none; the studio then needs its network.
  if (!("serviceWorker" in navigator)) return;
  const registration = await navigator.serviceWorker.register("./service-worker.js").catch(() => undefined);
  if (registration?.waiting == null) return;
  // The new version came while the old one was open; this page has only just opened, and its session is in the store.
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  registration.waiting.postMessage("replace");
}
