import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const knobs: Feature = { id: "knobs", title: texts.knobs.title, View };
