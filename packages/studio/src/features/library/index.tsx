import { texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { View } from "./view.js";

export const library: Feature = { id: "library", title: texts.library.title, View };
