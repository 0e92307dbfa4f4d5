import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { GridColumn } from "$lib/rpc/generated/GridColumn";
import type { GridRow } from "$lib/rpc/generated/GridRow";
import type { Edit } from "./grid-state.svelte";
import Grid from "./Grid.svelte";

const columns: GridColumn[] = [
	{ field: "name", title: "Nama", kind: "name", values: [], editable: true },
	{ field: "id", title: "No. KP", kind: "identity", values: [], editable: false },
];
const gender: GridColumn[] = [{ field: "gender", title: "Jantina", kind: "code", values: [{ value: "male", title: "Lelaki" }, { value: "female", title: "Perempuan" }], editable: true }];
const page = (value: string) => (offset: number, limit: number) =>
	Promise.resolve(Array.from({ length: limit }, (_, at): GridRow => ({ record: offset + at + 1, source: "", state: "active", cells: [{ value, state: "read", finding: "" }, { value: "140312", state: "read", finding: "" }] })));

let shown: Record<string, unknown> | null = null;
afterEach(() => shown && void unmount(shown));

async function show(given: GridColumn[], value: string, onedit: (edits: Edit[]) => Promise<void>) {
	shown = mount(Grid, { target: document.body, props: { label: "Murid", columns: given, total: 50, rows: page(value), onedit } });
	await vi.waitFor(() => expect(document.querySelector("[role=gridcell] .text")?.textContent).not.toBe("…"));
	const grid = document.querySelector<HTMLElement>("[role=grid]");
	if (!grid) throw new Error("no grid");
	return grid;
}

async function press(target: Element, key: string, more: KeyboardEventInit = {}) {
	target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
	flushSync();
	await tick();
}
const editor = () => document.querySelector<HTMLInputElement>("[data-testid=grid-editor]");

describe("the grid on the screen", () => {
	it("names an active cell that exists, and counts all rows for screen readers", async () => {
		const grid = await show(columns, "Aiman", () => Promise.resolve());
		await press(grid, "ArrowDown");
		const active = grid.getAttribute("aria-activedescendant") ?? "";
		expect(document.getElementById(active)?.dataset.row).toBe("1");
		expect(grid.getAttribute("aria-rowcount")).toBe("51");
	});

	it("edits in place: a letter begins, Enter keeps and goes down, Escape leaves", async () => {
		const onedit = vi.fn(() => Promise.resolve());
		const grid = await show(columns, "Aiman", onedit);
		await press(grid, "S");
		const first = editor();
		expect(first?.value).toBe("S");
		if (first) first.value = "Siti";
		if (first) await press(first, "Enter");
		await vi.waitFor(() => expect(onedit).toHaveBeenCalledWith([{ record: 1, field: "name", value: "Siti" }]));
		expect(editor(), "the editor is closed").toBeNull();
		expect(grid.getAttribute("aria-activedescendant")).toMatch(/-1-0$/);

		await press(grid, "F2");
		expect(editor()?.value).toBe("Aiman");
		const second = editor();
		if (second) second.value = "Lain";
		if (second) await press(second, "Escape");
		expect(onedit).toHaveBeenCalledTimes(1);
	});

	it("chooses a code from its list, shown by its title", async () => {
		const onedit = vi.fn(() => Promise.resolve());
		const grid = await show(gender, "male", onedit);
		expect(document.querySelector("[role=gridcell] .text")?.textContent).toBe("Lelaki");
		await press(grid, "F2");
		const list = editor();
		expect(list?.tagName).toBe("SELECT");
		if (list) list.value = "female";
		if (list) await press(list, "Enter");
		await vi.waitFor(() => expect(onedit).toHaveBeenCalledWith([{ record: 1, field: "gender", value: "female" }]));
	});
});
