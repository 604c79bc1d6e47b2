#!/usr/bin/env node
// CommonJS, because Node starts its pool of threads before the first line of an ES module runs: the image library works
// on that pool, one of its threads for each photo at hand and two for files.
const { availableParallelism } = require("node:os");
const at = process.argv.findIndex((argument) => argument.startsWith("--concurrency"));
const text = at < 0 ? "" : process.argv[at].split("=")[1] || process.argv[at + 1];
process.env.UV_THREADPOOL_SIZE ??= String(Math.min((Number(text) || availableParallelism()) + 2, 128));
// Until the command says otherwise: one that never comes to its end has failed.
process.exitCode = 1;
import("../dist/command-line.js").then(({ runCommandLine }) => runCommandLine(process.argv.slice(2)));
