// Files that were chosen and looked into but not brought in yet. They stay in the list while other screens are visited.
import { runJob } from "$lib/app/jobs.svelte";
import { toErrorView } from "$lib/errors/errors";
import type { BatchView } from "$lib/rpc/generated/BatchView";
import type { ErrorView } from "$lib/rpc/generated/ErrorView";
import type { InspectView } from "$lib/rpc/generated/InspectView";
import type { SourceOptions } from "$lib/rpc/generated/SourceOptions";
import { rpc } from "$lib/rpc/rpc";

export const FIND_OUT: SourceOptions = { encoding: null, delimiter: null, headerRow: null, password: null };

/** A chosen file. `left` holds the indexes of tables that are not wanted; `again` answers the question about a duplicate. */
export type Waiting = {
	path: string;
	options: SourceOptions;
	view: InspectView | null;
	error: ErrorView | null;
	left: number[];
	again: boolean;
};

const held = $state<{ project: string; files: Waiting[] }>({ project: "", files: [] });

export const waiting = (): Waiting[] => held.files;

/** Begins afresh where another project is open than before. */
export function belongTo(project: string): void {
	if (held.project !== project) [held.project, held.files] = [project, []];
}

/** Adds files and looks into each; a file already in the list is not added twice. */
export async function add(paths: readonly string[]): Promise<void> {
	const fresh = paths.filter((path) => !held.files.some((file) => file.path === path));
	held.files.push(...fresh.map((path) => ({ path, options: FIND_OUT, view: null, error: null, left: [], again: false })));
	for (const path of fresh) await look(path, FIND_OUT);
}

/** Looks into a file, read as `options` say. */
export async function look(path: string, options: SourceOptions): Promise<void> {
	const found = await rpc("import_inspect", { path, options }).then(
		(view) => ({ view, error: null }),
		(thrown: unknown) => ({ view: null, error: toErrorView(thrown) }),
	);
	const file = held.files.find((one) => one.path === path);
	if (file) Object.assign(file, found, { options });
}

export function takeAway(path: string): void {
	held.files = held.files.filter((file) => file.path !== path);
}

/** Files that would be brought in now. */
export function wanted(files: readonly Waiting[]): Waiting[] {
	return files.filter((file) => file.view !== null && file.view.tables.length > file.left.length && (file.view.duplicateOf === "" || file.again));
}

/** Rows of the wanted tables, as far as their number is known. */
export function rowsOf(files: readonly Waiting[]): number {
	const tables = files.flatMap((file) => file.view?.tables.filter((table) => !file.left.includes(table.index)) ?? []);
	return tables.reduce((sum, table) => sum + (table.rows ?? 0), 0);
}

/** Brings the wanted files in; those that came in leave the list. */
export async function start(): Promise<BatchView | null> {
	const files = wanted(held.files);
	const end = await runJob<BatchView>("import_start", {
		files: files.map((file) => ({
			path: file.path,
			options: file.options,
			tables: file.left.length === 0 ? [] : (file.view?.tables ?? []).map((table) => table.index).filter((index) => !file.left.includes(index)),
		})),
	});
	if (end.state === "done") held.files = held.files.filter((file) => !files.some((one) => one.path === file.path));
	return end.result;
}
