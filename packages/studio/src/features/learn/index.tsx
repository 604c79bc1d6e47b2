import { texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const learn: Feature = { id: "learn", title: texts.learn.title, View };
