import { copyFile, stat } from "node:fs/promises";
import { isIdentity, type PixelNetwork } from "synthconv/look";
import {
  displayPath,
  FileError,
  type FilePath,
  folderOf,
  makeFolder,
  Progress,
  writeFileAtomically,
} from "synthconv/node";
import { type CommandContext, type CommandModule, defineCommand } from "../frame/command.js";
import { CommandError, describeFailure, EXIT, InterruptedError } from "../frame/failure.js";
import { addLookOptions, type LookOptions, synthesizeAsAsked } from "../frame/settings.js";
import { decodePhoto } from "../image/decode-photo.js";
import { formatOfName } from "../image/photo-format.js";
import { openPhoto } from "../image/photo-header.js";
import type { Photo } from "../image/photo.js";
import { type LookFunction, mapColours } from "../image/pixels.js";
import { readLook } from "../look-file.js";
import { counted } from "../report/quantities.js";
import { lookFunction } from "./apply/look-function.js";
import { type ApplyPlan, type PlannedPhoto, planApply } from "./apply/plan.js";
