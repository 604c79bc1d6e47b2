#!/usr/bin/env node
const { threadPoolSize } = require("./thread-pool.cjs");

process.env.UV_THREADPOOL_SIZE ??= String(threadPoolSize(process.argv.slice(2)));
// Until the command says otherwise: one that never comes to its end has failed.
process.exitCode = 1;
import("../dist/program/command-line.js").then(({ runCommandLine }) => runCommandLine(process.argv.slice(2)));
