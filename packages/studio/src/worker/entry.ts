/** The one long-lived worker: all that takes time happens here, so that the page stays at hand. */
import { handlers } from "./handlers.js";
import { serve, type Wire } from "./serve.js";

serve(globalThis as unknown as Wire, handlers);
