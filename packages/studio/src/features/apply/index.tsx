import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const apply: Feature = { id: "apply", title: texts.apply.title, View };
