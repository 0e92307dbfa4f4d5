import { describe, expect, it } from "vitest";
import type { GridColumn } from "$lib/rpc/generated/GridColumn";
import type { GridRow } from "$lib/rpc/generated/GridRow";
import { GridState, PAGE } from "./grid-state.svelte";

const column = (field: string, editable = true): GridColumn => ({ field, title: field, kind: "text", values: [], editable });
const row = (at: number): GridRow => ({ record: at + 100, source: "", state: "active", cells: [`a${at}`, `b${at}`, `c${at}`].map((value) => ({ value, state: "read", finding: "" })) });

function grid(total = 1000) {
	const asked: number[] = [];
	const state = new GridState((offset, limit) => {
		asked.push(offset);
		return Promise.resolve(Array.from({ length: Math.min(limit, total - offset) }, (_, at) => row(offset + at)));
	});
	state.shape([column("a"), column("b"), column("c", false)], total);
	return { state, asked };
}

describe("the grid's rows", () => {
	it("come by the page, once each", async () => {
		const { state, asked } = grid();
		await state.need(50, 250);
		await state.need(60, 240);
		expect(asked).toEqual([0, PAGE, 2 * PAGE]);
		expect(state.row(249)?.record).toBe(349);
		expect(state.row(999)).toBeUndefined();
	});

	it("are read again after a refresh, and an answer from before is dropped", async () => {
		const { state, asked } = grid();
		const late = state.need(0, 10);
		state.refresh();
		await late;
		expect(state.row(0)).toBeUndefined();
		await state.need(0, 10);
		expect(state.row(0)?.record).toBe(100);
		expect(asked).toEqual([0, 0]);
	});
});

describe("the grid's edits", () => {
	it("copy a range as Excel does", async () => {
		const { state } = grid();
		state.select({ row: 1, col: 0 });
		state.select({ row: 2, col: 1 }, true);
		expect(await state.copy()).toEqual({ text: "a1\tb1\r\na2\tb2", cells: 4, capped: false });
	});

	it("paste only into columns that may be changed, and only what changes", async () => {
		const { state } = grid();
		state.select({ row: 0, col: 1 });
		expect(await state.paste("baru\tsulit\r\nb1\tsulit")).toEqual([{ record: 100, field: "b", value: "baru" }]);
	});

	it("fill down from the first row of the selection", async () => {
		const { state } = grid();
		state.select({ row: 3, col: 0 });
		state.select({ row: 5, col: 0 }, true);
		expect(await state.fillDown()).toEqual([{ record: 104, field: "a", value: "a3" }, { record: 105, field: "a", value: "a3" }]);
	});

	it("do not paste past the last row", async () => {
		const { state } = grid(2);
		state.select({ row: 1, col: 0 });
		expect(await state.paste("x\ny\nz")).toEqual([{ record: 101, field: "a", value: "x" }]);
	});

	it("say so when a copy had to be cut", async () => {
		const { state } = grid(100_000);
		state.select({ row: 0, col: 0 });
		state.select({ row: 99_999, col: 0 }, true);
		const { cells, capped } = await state.copy();
		expect([cells, capped]).toEqual([50_000, true]);
	});
});
