import { engine } from "./engine.js";
import type { Handlers } from "./handler.js";

export const handlers: Handlers = { engine };
