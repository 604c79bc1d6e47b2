#!/usr/bin/env node
// CommonJS, because Node starts its pool of threads before the first line of an ES module runs. The image library works
// on that pool, and the C library keeps an arena of freed memory for each of its threads: 100 photos of 12 megapixels
// took up to 540 MB with Node's four, and stay at 340 MB with two, which are enough for one photo at a time.
process.env.UV_THREADPOOL_SIZE ??= "2";
// Until the command says otherwise: one that never comes to its end has failed.
process.exitCode = 1;
import("../dist/terminal/command-line.js").then(({ runCommandLine }) =>
  runCommandLine(process.argv.slice(2)),
);
