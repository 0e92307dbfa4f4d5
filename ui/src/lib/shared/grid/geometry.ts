// Where rows and columns of the grid stand, and what a selection covers: plain sums, no screen.

/** The tallest scroll area that browsers lay out; above it the scroll position is scaled. In pixels (WebKit: 33.5 M). */
export const TALLEST = 30_000_000;

export type Cell = { row: number; col: number };
export type Range = { top: number; bottom: number; left: number; right: number };
export type Span = { from: number; to: number };

/** Height of the scroll area for `total` rows. */
export function scrollHeight(total: number, rowHeight: number): number {
	return Math.min(total * rowHeight, TALLEST);
}

/** Position in the whole table that a scroll position stands for. */
export function tablePosition(scrollTop: number, total: number, rowHeight: number, viewHeight: number): number {
	const whole = total * rowHeight;
	const tall = scrollHeight(total, rowHeight);
	if (whole <= tall || tall <= viewHeight) return scrollTop;
	return (Math.max(0, scrollTop) / (tall - viewHeight)) * (whole - viewHeight);
}

/** Scroll position that shows a position in the whole table. */
export function scrollPosition(position: number, total: number, rowHeight: number, viewHeight: number): number {
	const whole = total * rowHeight;
	const tall = scrollHeight(total, rowHeight);
	if (whole <= tall || whole <= viewHeight) return position;
	return (position / (whole - viewHeight)) * (tall - viewHeight);
}

/** Rows in view with `over` more on both sides; `to` is exclusive. */
export function visibleRows(position: number, viewHeight: number, rowHeight: number, total: number, over = 6): Span {
	const from = Math.max(0, Math.floor(position / rowHeight) - over);
	return { from, to: Math.min(total, Math.ceil((position + viewHeight) / rowHeight) + over) };
}

/** Columns in view; `starts` holds where each column begins and, last, where all end. The first column is frozen. */
export function visibleColumns(left: number, width: number, starts: readonly number[]): Span {
	const count = starts.length - 1;
	let from = Math.min(1, count);
	while (from < count && (starts[from + 1] ?? 0) <= left) from += 1;
	let to = from;
	while (to < count && (starts[to] ?? 0) < left + width) to += 1;
	return { from, to };
}

/** Where each column begins, and where the last one ends. */
export function columnStarts(widths: readonly number[]): number[] {
	const starts = [0];
	for (const width of widths) starts.push((starts.at(-1) ?? 0) + width);
	return starts;
}

/** The rectangle between two cells. */
export function rangeOf(a: Cell, b: Cell): Range {
	return { top: Math.min(a.row, b.row), bottom: Math.max(a.row, b.row), left: Math.min(a.col, b.col), right: Math.max(a.col, b.col) };
}

export function contains(range: Range, row: number, col: number): boolean {
	return row >= range.top && row <= range.bottom && col >= range.left && col <= range.right;
}

/** Where a key leads from a cell, or `null` where it is no key that moves. `page` is the rows in view. */
export function moved(from: Cell, key: string, ctrl: boolean, rows: number, cols: number, page: number): Cell | null {
	const { row, col } = from;
	const ends: Record<string, Cell> = {
		ArrowUp: { row: ctrl ? 0 : row - 1, col },
		ArrowDown: { row: ctrl ? rows - 1 : row + 1, col },
		ArrowLeft: { row, col: ctrl ? 0 : col - 1 },
		ArrowRight: { row, col: ctrl ? cols - 1 : col + 1 },
		Home: { row: ctrl ? 0 : row, col: 0 },
		End: { row: ctrl ? rows - 1 : row, col: cols - 1 },
		PageUp: { row: row - page, col },
		PageDown: { row: row + page, col },
	};
	const to = ends[key];
	return to ? clamp(to, rows, cols) : null;
}

/** The cell that Tab leads to: on to the next row at the end of one; `null` at the very ends, where Tab leaves the grid. */
export function tabbed(from: Cell, back: boolean, rows: number, cols: number): Cell | null {
	const at = from.row * cols + from.col + (back ? -1 : 1);
	return at < 0 || at >= rows * cols ? null : { row: Math.floor(at / cols), col: at % cols };
}

export function clamp(cell: Cell, rows: number, cols: number): Cell {
	return { row: Math.max(0, Math.min(rows - 1, cell.row)), col: Math.max(0, Math.min(cols - 1, cell.col)) };
}
