import { render } from "preact";
import { App, askEngine } from "./page/app.js";

render(<App />, document.body);
void askEngine();
