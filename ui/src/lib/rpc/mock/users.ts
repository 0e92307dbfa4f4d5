// Made-up answers.
import type { Handlers } from "./mock";

export const usersMock: Handlers = {};
