/** What Node needs to serve the studio; the studio itself is the folder `site`. */
export { DEFAULT_PORT, runStudio } from "./command-line.js";
export { type ServeOptions, SITE, type StudioServer, StudioServerError, serveStudio } from "./serve.js";
