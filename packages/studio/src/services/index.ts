/** What the page's parts share: one worker, one session, one store. */
import type { FileRef } from "../protocol/index.js";
import { Keeper, Session, Store, Training } from "../state/index.js";
import { worker } from "./worker.js";

export { worker } from "./worker.js";

export const store = new Store();
export const session = new Session();
export const keeper = new Keeper(store, session);
export const training = new Training(worker, session, neutralPhoto);

/** What a look is shown on where a person gave no photo. */
export async function neutralPhoto(): Promise<FileRef> {
  const { before } = await worker.ask("example", { name: "coast", width: 960 });
  return before;
}
