#!/usr/bin/env node
import { runStudio } from "../dist/server/index.js";

process.exitCode = await runStudio(process.argv.slice(2));
