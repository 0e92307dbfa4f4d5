// What the grid knows: rows loaded page by page, the active cell, the selection, the cell being edited.
import type { GridColumn } from "$lib/rpc/generated/GridColumn";
import type { GridRow } from "$lib/rpc/generated/GridRow";
import { type Cell, columnStarts, contains, type Range, rangeOf } from "./geometry";
import { parseTsv, spread, toTsv } from "./tsv";

/** Rows fetched at a time, and pages kept; older pages are dropped. */
export const PAGE = 100;
const KEPT = 60;
/** Most cells put on the clipboard or filled at once. */
export const MOST_CELLS = 50_000;

export type Edit = { record: number; field: string; value: string };
export type Rows = (offset: number, limit: number) => Promise<GridRow[]>;

const USUAL_WIDTH: Record<string, number> = { name: 240, address: 260, identity: 150, email: 210, text: 170 };

export class GridState {
	columns: GridColumn[] = $state.raw([]);
	total = $state(0);
	widths: number[] = $state([]);
	active: Cell = $state({ row: 0, col: 0 });
	anchor: Cell = $state({ row: 0, col: 0 });
	/** What stands in the editor; `null` while no cell is edited. */
	draft: string | null = $state(null);
	loadedPages = $state(0);
	/** Whether the last paste, fill or clearing was too large and only began; whoever shows it must say so. */
	cut = false;

	readonly starts = $derived(columnStarts(this.widths));
	readonly range: Range = $derived(rangeOf(this.active, this.anchor));

	#pages = new Map<number, GridRow[]>();
	#asked = new Set<number>();
	#fetch: Rows;
	#age = 0;

	constructor(fetch: Rows) {
		this.#fetch = fetch;
	}

	/** Takes other columns, or another number of rows; widths a person chose stay while the columns do. */
	shape(columns: GridColumn[], total: number): void {
		const same = columns.length === this.columns.length && columns.every((column, at) => column.field === this.columns[at]?.field);
		this.columns = columns;
		this.total = total;
		if (!same) this.widths = columns.map((column) => USUAL_WIDTH[column.kind] ?? 130);
		this.active = { row: Math.max(0, Math.min(this.active.row, total - 1)), col: Math.max(0, Math.min(this.active.col, columns.length - 1)) };
		this.anchor = this.active;
	}

	/** Forgets all rows, so that they are read again. */
	refresh(): void {
		this.#pages.clear();
		this.#asked.clear();
		this.#age += 1;
		this.loadedPages += 1;
	}

	/** A row, or `undefined` while it is on its way. */
	row(index: number): GridRow | undefined {
		return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
	}

	/** Asks for the rows that are not there yet. A failed page is asked for again when it next comes into view. */
	async need(from: number, to: number): Promise<void> {
		const wanted = [];
		for (let page = Math.floor(from / PAGE); page * PAGE < to; page += 1) wanted.push(this.#load(page));
		await Promise.all(wanted);
	}

	async #load(page: number): Promise<void> {
		if (this.#pages.has(page) || this.#asked.has(page)) return;
		const age = this.#age;
		this.#asked.add(page);
		try {
			const rows = await this.#fetch(page * PAGE, PAGE);
			if (age !== this.#age) return;
			this.#pages.set(page, rows);
			const oldest = this.#pages.keys().next();
			if (this.#pages.size > KEPT && !oldest.done) this.#pages.delete(oldest.value);
			this.loadedPages += 1;
		} finally {
			if (age === this.#age) this.#asked.delete(page);
		}
	}

	/** Moves to a cell; with `extend` the selection grows to it. */
	select(cell: Cell, extend = false): void {
		this.active = cell;
		if (!extend) this.anchor = cell;
	}

	selected(row: number, col: number): boolean {
		return contains(this.range, row, col);
	}

	column(): GridColumn | undefined {
		return this.columns[this.active.col];
	}

	value(row: number, col: number): string {
		return this.row(row)?.cells[col]?.value ?? "";
	}

	/** The selection as text for the clipboard, and how many cells that is; rows beyond the limit are left out. */
	async copy(): Promise<{ text: string; cells: number; capped: boolean }> {
		const { top, bottom, left, right } = this.range;
		const wide = right - left + 1;
		const last = Math.min(bottom, top + Math.max(1, Math.floor(MOST_CELLS / wide)) - 1);
		const rows = await this.#read(top, last);
		const text = toTsv(rows.map((row) => row.cells.slice(left, right + 1).map((cell) => cell.value)));
		return { text, cells: rows.length * wide, capped: last < bottom };
	}

	/** The edits that pasting `text` at the selection makes. */
	async paste(text: string): Promise<Edit[]> {
		const { top, bottom, left, right } = this.range;
		const block = spread(parseTsv(text), bottom - top + 1, right - left + 1);
		this.cut = block.length > MOST_CELLS;
		return this.#edits(top, left, block.slice(0, MOST_CELLS));
	}

	/** The edits that give the whole selection the values of its first row. */
	async fillDown(): Promise<Edit[]> {
		const { top, bottom, left, right } = this.range;
		const last = Math.min(bottom, top + Math.floor(MOST_CELLS / (right - left + 1)));
		this.cut = last < bottom;
		const [first] = await this.#read(top, top);
		if (!first || last === top) return [];
		const values = first.cells.slice(left, right + 1).map((cell) => cell.value);
		return this.#edits(top + 1, left, Array.from({ length: last - top }, () => values));
	}

	/** The edits that empty the selection. */
	async clear(): Promise<Edit[]> {
		const { top, bottom, left, right } = this.range;
		const last = Math.min(bottom, top + Math.floor(MOST_CELLS / (right - left + 1)));
		this.cut = last < bottom;
		return this.#edits(top, left, Array.from({ length: last - top + 1 }, () => Array.from({ length: right - left + 1 }, () => "")));
	}

	/** Only cells that may be changed and do change. */
	async #edits(top: number, left: number, block: readonly (readonly string[])[]): Promise<Edit[]> {
		const rows = await this.#read(top, Math.min(this.total, top + block.length) - 1);
		return rows.flatMap((row, down) =>
			(block[down] ?? []).flatMap((value, across) => {
				const column = this.columns[left + across];
				if (!column?.editable || row.cells[left + across]?.value === value) return [];
				return [{ record: row.record, field: column.field, value }];
			}),
		);
	}

	async #read(top: number, bottom: number): Promise<GridRow[]> {
		const rows: GridRow[] = [];
		for (let at = top; at <= bottom; ) {
			const known = this.row(at);
			if (known) {
				rows.push(known);
				at += 1;
				continue;
			}
			const read = await this.#fetch(at, Math.min(PAGE, bottom - at + 1));
			if (read.length === 0) break;
			rows.push(...read);
			at += read.length;
		}
		return rows;
	}
}
