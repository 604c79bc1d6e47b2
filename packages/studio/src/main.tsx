import { render } from "preact";
import { App, askEngine } from "./page/app.js";
import { keeper, training, worker } from "./services/index.js";
import { keepOffline } from "./services/offline.js";

// What was open comes back before anything is drawn: it would be drawn twice.
await keeper.begin();
training.keepShown();
render(<App />, document.body);
await askEngine();
// A person who begins does not wait for it; where it cannot be fetched, the training says so.
await worker.ask("prepare", {}).catch(() => undefined);
await keepOffline();
