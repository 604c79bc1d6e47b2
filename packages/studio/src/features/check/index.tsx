import { checkTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const check: Feature = { id: "check", title: texts.title, View };
