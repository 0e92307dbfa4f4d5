// The help of a rule: a heading, sentences and one table of examples. Nothing else is written there.

export type Help = { text: string[]; head: string[]; rows: string[][] };

/** Takes the help apart. The heading repeats the rule's name and is dropped. */
export function parseHelp(markdown: string): Help {
	const lines = markdown.split("\n").map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
	const [head = [], ...rows] = lines.filter((line) => line.startsWith("|") && !/^\|[\s:|-]+$/.test(line)).map(cellsOf);
	return { text: lines.filter((line) => !line.startsWith("|")), head, rows };
}

/** Cells between bars; `\|` is a bar in a cell. */
function cellsOf(line: string): string[] {
	return line.replace(/^\||\|$/g, "").split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Pieces of a sentence: what stands between back-ticks is a value. */
export function pieces(text: string): { value: boolean; text: string }[] {
	return text.split("`").map((piece, at) => ({ value: at % 2 === 1, text: piece })).filter((piece) => piece.text !== "");
}
