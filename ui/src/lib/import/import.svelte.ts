// Files that were chosen and looked into but not brought in yet. They stay in the list while other screens are visited.
import { runJob } from "$lib/app/jobs.svelte";
import type { BatchView } from "$lib/rpc/generated/BatchView";
import type { ErrorView } from "$lib/rpc/generated/ErrorView";
import type { ImportFile } from "$lib/rpc/generated/ImportFile";
import type { InspectTable } from "$lib/rpc/generated/InspectTable";
import type { InspectView } from "$lib/rpc/generated/InspectView";
import type { LeftOut } from "$lib/rpc/generated/LeftOut";
import type { SourceChoice } from "$lib/rpc/generated/SourceChoice";
import type { SourceOptions } from "$lib/rpc/generated/SourceOptions";
import { rpc } from "$lib/rpc/rpc";

export const FIND_OUT: SourceOptions = { encoding: null, delimiter: null, headerRow: null, password: null };

/** A chosen source. `left` holds the indexes of tables that are not wanted; `again` answers the question about a duplicate. */
export type Waiting = {
	/** Tells it from the others: its path, and its name inside an archive. */
	key: string;
	/** What it is called before anybody looked into it. */
	name: string;
	path: string;
	member: string | null;
	options: SourceOptions;
	view: InspectView | null;
	error: ErrorView | null;
	left: number[];
	again: boolean;
};

const held = $state<{ project: string; files: Waiting[]; leftOut: LeftOut[] }>({ project: "", files: [], leftOut: [] });

export const waiting = (): Waiting[] => held.files;
/** What folders and archives hold besides and is not read. */
export const leftOut = (): LeftOut[] => held.leftOut;

/** Begins afresh where another project is open than before. */
export function belongTo(project: string): void {
	if (held.project !== project) [held.project, held.files, held.leftOut] = [project, [], []];
}

const keyOf = ({ path, member }: SourceChoice): string => (member === null ? path : `${path}\n${member}`);

/** Adds what files, folders and archives stand for, and looks into each; what is in the list already is not added twice. */
export async function add(paths: readonly string[], options: SourceOptions = FIND_OUT): Promise<void> {
	const found = await rpc("import_expand", { paths: [...paths] });
	const fresh = found.sources.filter((source) => !held.files.some((file) => file.key === keyOf(source)));
	held.files.push(...fresh.map((source) => ({ ...source, key: keyOf(source), options, view: null, error: null, left: [], again: false })));
	held.leftOut.push(...found.leftOut.filter((one) => !held.leftOut.some((known) => known.name === one.name && known.reason === one.reason)));
	for (const source of fresh) await look(keyOf(source), options);
}

export function forgetLeftOut(): void {
	held.leftOut = [];
}

/** The source as the application takes it. */
const asked = (file: Waiting, tables: number[]): ImportFile => ({ path: file.path, member: file.member, options: file.options, tables });

/** Looks into a source, read as `options` say. */
export async function look(key: string, options: SourceOptions): Promise<void> {
	const file = held.files.find((one) => one.key === key);
	if (!file) return;
	[file.options, file.error] = [options, null];
	const { result: view, error } = await runJob<InspectView>("import_inspect", { file: asked(file, []) });
	const still = held.files.find((one) => one.key === key);
	if (still) Object.assign(still, { view, error, left: view ? unasked(view.tables) : [] });
}

/** Tables that nobody takes without asking: rows that are computed from others or stand elsewhere, and none at all. */
export function unasked(tables: readonly InspectTable[]): number[] {
	const stored = tables.some((table) => table.kind === "table");
	const odd = (table: InspectTable) => table.kind === "linked" || (table.kind === "view" && stored) || table.rows === 0;
	return tables.filter(odd).map((table) => table.index);
}

export function takeAway(key: string): void {
	held.files = held.files.filter((file) => file.key !== key);
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

/** Indexes of the tables that are wanted. */
const takenOf = (file: Waiting): number[] => (file.view?.tables ?? []).map((table) => table.index).filter((index) => !file.left.includes(index));

/** Brings the wanted files in; those that came in leave the list. */
export async function start(): Promise<BatchView | null> {
	const files = wanted(held.files);
	const end = await runJob<BatchView>("import_start", {
		files: files.map((file) => asked(file, takenOf(file))),
	});
	if (end.state === "done") held.files = held.files.filter((file) => !files.some((one) => one.key === file.key));
	return end.result;
}
