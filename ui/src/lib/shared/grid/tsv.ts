// Ranges of cells as the text that Excel puts on the clipboard and takes from it.

/** Writes rows as tab-separated text; a cell with tab, line end or quote is quoted as Excel does. */
export function toTsv(rows: readonly (readonly string[])[]): string {
	return rows.map((row) => row.map(quoted).join("\t")).join("\r\n");
}

function quoted(cell: string): string {
	return /[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** Reads tab-separated text; the line end after the last row is not a row. */
export function parseTsv(text: string): string[][] {
	const rows: string[][] = [[]];
	const cells = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/gy;
	for (let found = cells.exec(text); found; found = cells.exec(text)) {
		rows.at(-1)?.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
		if (cells.lastIndex >= text.length) break;
		if (found[3] !== "\t") rows.push([]);
	}
	if (text.endsWith("\t")) rows.at(-1)?.push("");
	return rows;
}

/** A block of values for a target range: one value fills it, a block repeats as often as it fits whole. */
export function spread(block: string[][], rows: number, cols: number): string[][] {
	const tall = block.length;
	const wide = Math.max(1, ...block.map((row) => row.length));
	const [times, across] = [rows % tall === 0 ? rows / tall : 1, cols % wide === 0 ? cols / wide : 1];
	return Array.from({ length: tall * Math.max(1, times) }, (_, row) =>
		Array.from({ length: wide * Math.max(1, across) }, (_, col) => block[row % tall]?.[col % wide] ?? ""),
	);
}
