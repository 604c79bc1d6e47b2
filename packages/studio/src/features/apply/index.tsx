import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { comesLook, late } from "../late.js";

const View = late(comesLook, texts.apply.nothing, () => import("./view.js"));

export const apply: Feature = { id: "apply", title: texts.apply.title, View };
