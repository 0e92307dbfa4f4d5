import { describe, expect, it } from "vitest";
import { parseTsv, spread, toTsv } from "./tsv";

describe("tab-separated text", () => {
	it("comes back as it went, with tabs, quotes and line ends inside cells", () => {
		const rows = [["Aiman", 'dia kata "ya"'], ["a\tb", "dua\nbaris"], ["", "陈"]];
		expect(parseTsv(toTsv(rows))).toEqual(rows);
	});

	it("takes what Excel puts on the clipboard: one line end after the last row", () => {
		expect(parseTsv("1\t2\r\n3\t4\r\n")).toEqual([["1", "2"], ["3", "4"]]);
		expect(parseTsv("1\t\r\n"), "an empty last cell is a cell").toEqual([["1", ""]]);
		expect(parseTsv("satu")).toEqual([["satu"]]);
		expect(parseTsv("a\t")).toEqual([["a", ""]]);
	});

	it("keeps leading zeros and what looks like a number or date as text", () => {
		expect(parseTsv("0123\t9e42\t1/4/2018")).toEqual([["0123", "9e42", "1/4/2018"]]);
	});
});

describe("spreading a block", () => {
	it("fills the range with one value", () => {
		expect(spread([["x"]], 2, 3)).toEqual([["x", "x", "x"], ["x", "x", "x"]]);
	});
	it("repeats a block that fits whole, and pastes it once where it does not", () => {
		expect(spread([["1"], ["2"]], 4, 1)).toEqual([["1"], ["2"], ["1"], ["2"]]);
		expect(spread([["1"], ["2"]], 3, 1)).toEqual([["1"], ["2"]]);
		expect(spread([["1", "2"]], 1, 1)).toEqual([["1", "2"]]);
	});
});
