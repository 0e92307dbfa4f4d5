// Excel's keys in the grid.
import { moved, tabbed } from "./geometry";
import type { Edit, GridState } from "./grid-state.svelte";

export type KeyActions = {
	page: number;
	begin: (typed?: string) => void;
	apply: (edits: Promise<Edit[]>) => void;
	copy: () => void;
	undo?: () => void;
	redo?: () => void;
	find?: () => void;
	story?: () => void;
};

/** Does what a key means while no cell is edited; answers whether it meant anything. */
export function gridKey(event: KeyboardEvent, grid: GridState, actions: KeyActions): boolean {
	const ctrl = event.ctrlKey || event.metaKey;
	if (event.altKey) return false;
	if (ctrl && command(event.key.toLowerCase(), grid, actions)) return true;
	const cell = target(event, ctrl, grid, actions.page);
	if (cell) {
		grid.select(cell, event.shiftKey && event.key !== "Tab" && event.key !== "Enter");
		return true;
	}
	return !ctrl && plain(event.key, grid, actions);
}

function target(event: KeyboardEvent, ctrl: boolean, grid: GridState, page: number) {
	const [rows, cols] = [grid.total, grid.columns.length];
	if (event.key === "Tab" && !ctrl) return tabbed(grid.active, event.shiftKey, rows, cols);
	if (event.key === "Enter" && !ctrl) return moved(grid.active, event.shiftKey ? "ArrowUp" : "ArrowDown", false, rows, cols, page);
	return moved(grid.active, event.key, ctrl, rows, cols, page);
}

function command(key: string, grid: GridState, actions: KeyActions): boolean {
	const known: Record<string, (() => void) | undefined> = {
		c: actions.copy,
		d: () => actions.apply(grid.fillDown()),
		z: actions.undo,
		y: actions.redo,
		f: actions.find,
		a: () => {
			grid.anchor = { row: 0, col: 0 };
			grid.active = { row: grid.total - 1, col: grid.columns.length - 1 };
		},
	};
	const action = known[key];
	action?.();
	return action !== undefined;
}

/** Whether more than one cell is chosen: only then does Escape mean something here. */
const ranged = (grid: GridState): boolean => grid.anchor.row !== grid.active.row || grid.anchor.col !== grid.active.col;

function plain(key: string, grid: GridState, actions: KeyActions): boolean {
	if (key === "F2") actions.begin();
	else if (key === "F1" && actions.story) actions.story();
	else if (key === "Delete" || key === "Backspace") actions.apply(grid.clear());
	else if (key === "Escape" && ranged(grid)) grid.select(grid.active);
	else if ([...key].length === 1) actions.begin(key);
	else return false;
	return true;
}
