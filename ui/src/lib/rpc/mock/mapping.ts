// Made-up answers.
import type { Handlers } from "./mock";

export const mappingMock: Handlers = {};
