import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const compare: Feature = { id: "compare", title: texts.compare.title, View };
