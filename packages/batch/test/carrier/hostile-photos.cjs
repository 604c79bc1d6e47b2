// Loaded before a worker and its threads: photos whose names say so end its process, or are never read to an end.
const promises = require("node:fs/promises");
const { syncBuiltinESMExports } = require("node:module");

const { open } = promises;

promises.open = (path, ...rest) => {
  if (String(path).includes("kills")) process.kill(process.pid, "SIGKILL");
  return String(path).includes("sleeps") ? new Promise(() => undefined) : open(path, ...rest);
};
syncBuiltinESMExports();
