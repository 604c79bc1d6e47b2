import { render } from "preact";
import { App, askEngine } from "./page/app.js";
import { keeper } from "./services/index.js";

// What was open comes back before anything is drawn: it would be drawn twice.
await keeper.begin();
render(<App />, document.body);
void askEngine();
