// Words of the screen.
import { texts } from "./format";

export const settings = texts({
});
