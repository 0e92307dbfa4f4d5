import { texts } from "./format";

export const mapping = texts({
});
