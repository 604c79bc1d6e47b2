/** Imports a module and lets its error through, so that Node says where it is. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { registerHooks } from "./module-hooks.js";

const [, , path = ""] = process.argv;
const file = resolve(path);
registerHooks(path, file);
await import(pathToFileURL(file).href);
