import { texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const start: Feature = { id: "start", title: texts.start.title, View };
