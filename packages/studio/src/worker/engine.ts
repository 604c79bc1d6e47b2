import { currentBackend } from "synthconv/look";
import type { Handler } from "./handler.js";

export const engine: Handler<"engine"> = () => ({
  answer: { backend: currentBackend() },
  transfer: [],
});
