import { render } from "preact";
import { App, prepareEngine } from "./page/app.js";
import { keeper, training } from "./services/index.js";
import { keepOffline } from "./services/offline.js";

// What was open comes back before anything is drawn: it would be drawn twice.
await keeper.begin();
training.keepShown();
render(<App />, document.body);
await keepOffline(await prepareEngine());
