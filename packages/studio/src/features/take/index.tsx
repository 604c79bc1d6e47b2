import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const take: Feature = { id: "take", title: texts.take.title, View };
