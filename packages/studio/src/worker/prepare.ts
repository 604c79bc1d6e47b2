import { startThreads } from "synthconv/look";
import type { Handler } from "./handler.js";

/**
 * Fetches training's code, and starts a thread for each core where the page may share memory with workers: results are the
 * same bits with any number of threads.
 */
export const prepare: Handler<"prepare"> = async () => {
  const [{ threads }] = await Promise.all([startThreads(), import("./training/train.js")]);
  return { answer: { threads }, transfer: [] };
};
