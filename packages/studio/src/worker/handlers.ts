import { engine } from "./engine.js";
import { example } from "./examples/example.js";
import type { Handlers } from "./handler.js";
import { identify } from "./identify.js";
import { show } from "./show.js";
import { halt, train } from "./training/train.js";

export const handlers: Handlers = { engine, example, identify, show, train, halt };
