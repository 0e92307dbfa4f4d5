import { describe, expect, it } from "vitest";
import { columnStarts, moved, rangeOf, scrollHeight, scrollPosition, tabbed, TALLEST, tablePosition, visibleColumns, visibleRows } from "./geometry";

const ROW = 32;
const VIEW = 640;

describe("scrolling", () => {
	it("is not scaled while the rows fit", () => {
		expect(scrollHeight(1000, ROW)).toBe(32_000);
		expect(tablePosition(500, 1000, ROW, VIEW)).toBe(500);
	});

	it("reaches the first and the last of five million rows", () => {
		const total = 5_000_000;
		expect(scrollHeight(total, ROW)).toBe(TALLEST);
		expect(tablePosition(0, total, ROW, VIEW)).toBe(0);
		expect(tablePosition(TALLEST - VIEW, total, ROW, VIEW)).toBeCloseTo(total * ROW - VIEW, 0);
	});

	it("goes there and back", () => {
		const position = 2_345_678 * ROW;
		const scrolled = scrollPosition(position, 5_000_000, ROW, VIEW);
		expect(tablePosition(scrolled, 5_000_000, ROW, VIEW)).toBeCloseTo(position, 3);
	});
});

describe("what is in view", () => {
	it("has the rows of the view and some more", () => {
		expect(visibleRows(3200, VIEW, ROW, 1000, 2)).toEqual({ from: 98, to: 122 });
		expect(visibleRows(0, VIEW, ROW, 5)).toEqual({ from: 0, to: 5 });
	});

	it("leaves the frozen first column out and takes columns that are partly seen", () => {
		const starts = columnStarts([100, 100, 100, 100, 100]);
		expect(starts).toEqual([0, 100, 200, 300, 400, 500]);
		expect(visibleColumns(0, 250, starts)).toEqual({ from: 1, to: 3 });
		expect(visibleColumns(250, 250, starts)).toEqual({ from: 2, to: 5 });
		expect(visibleColumns(0, 250, [0])).toEqual({ from: 0, to: 0 });
	});
});

describe("moving", () => {
	it("stays inside", () => {
		expect(moved({ row: 0, col: 0 }, "ArrowUp", false, 10, 4, 5)).toEqual({ row: 0, col: 0 });
		expect(moved({ row: 8, col: 3 }, "PageDown", false, 10, 4, 5)).toEqual({ row: 9, col: 3 });
		expect(moved({ row: 5, col: 2 }, "End", true, 10, 4, 5)).toEqual({ row: 9, col: 3 });
		expect(moved({ row: 5, col: 2 }, "Home", false, 10, 4, 5)).toEqual({ row: 5, col: 0 });
		expect(moved({ row: 5, col: 2 }, "x", false, 10, 4, 5), "a letter moves nothing").toBeNull();
	});

	it("goes on to the next row by Tab, and leaves the grid at its ends", () => {
		expect(tabbed({ row: 1, col: 3 }, false, 3, 4)).toEqual({ row: 2, col: 0 });
		expect(tabbed({ row: 1, col: 0 }, true, 3, 4)).toEqual({ row: 0, col: 3 });
		expect(tabbed({ row: 2, col: 3 }, false, 3, 4)).toBeNull();
		expect(tabbed({ row: 0, col: 0 }, true, 3, 4)).toBeNull();
	});

	it("makes the same range from any corner", () => {
		expect(rangeOf({ row: 5, col: 1 }, { row: 2, col: 3 })).toEqual({ top: 2, bottom: 5, left: 1, right: 3 });
	});
});
