/** What a photo is that no other one goes with. */
import { FormatError } from "synthconv/look";
import type { FileRef, Single } from "../protocol/index.js";
import { chartOf } from "./charts.js";
import type { Handler } from "./handler.js";

export const single: Handler<"single"> = async (file) => ({ answer: await whatIs(file), transfer: [] });

async function whatIs(file: FileRef): Promise<Single> {
  try {
    await chartOf(file);
    return { kind: "chart" };
  } catch (error) {
    if (error instanceof FormatError) return { kind: "photo" };
    throw error;
  }
}
