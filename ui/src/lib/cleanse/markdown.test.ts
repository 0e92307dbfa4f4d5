import { describe, expect, it } from "vitest";
import { parseHelp, pieces } from "./markdown";

describe("the help of a rule", () => {
	it("is taken apart into sentences and a table", () => {
		const help = parseHelp("# spaces\n\nTakes double spaces out.\n\n| field | cell | becomes |\n|-------|:----:|---|\n| students.full_name | `Ali  b` | `Ali b` |\n| classes.name | `a\\|b` | |\n");
		expect(help.text).toEqual(["Takes double spaces out."]);
		expect(help.head).toEqual(["field", "cell", "becomes"]);
		expect(help.rows).toEqual([["students.full_name", "`Ali  b`", "`Ali b`"], ["classes.name", "`a|b`", ""]]);
	});
	it("may have no table", () => {
		expect(parseHelp("Only words.")).toEqual({ text: ["Only words."], head: [], rows: [] });
	});
	it("knows values by their back-ticks", () => {
		expect(pieces("from `a ` on")).toEqual([{ value: false, text: "from " }, { value: true, text: "a " }, { value: false, text: " on" }]);
	});
});
