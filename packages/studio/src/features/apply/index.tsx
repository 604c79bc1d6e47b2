import { session } from "../../services/index.js";
import { lookTexts as texts } from "../../texts/index.js";
import type { Feature } from "../feature.js";
import { late } from "../late.js";

const hasLook = (): boolean => session.state.value.look !== undefined;
const View = late(hasLook, texts.apply.nothing, () => import("./view.js"));

export const apply: Feature = { id: "apply", title: texts.apply.title, View };
