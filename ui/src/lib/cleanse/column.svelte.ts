// The column that the tabs of the cleansing screen look at: chosen once, kept while the window is open.
import { journey } from "$lib/app/journey.svelte";
import type { GridColumn } from "$lib/rpc/generated/GridColumn";
import { rpc } from "$lib/rpc/rpc";

/** Kinds of values that may be spellings of one another: a number or a date cannot. */
const WORDS = ["text", "name", "code", "state", "address", "reference"];
/** What a person most often looks at first. */
const USUAL = ["city", "name", "full_name"];

export const chosen = $state({ entity: "", field: "" });

/** Entities that have records. */
export function entities(): { entity: string; title: string }[] {
	return journey.value?.entities.filter((one) => one.records > 0) ?? [];
}

/** The columns of an entity; with `words` only those whose values may be spellings of one another. */
export async function columnsOf(entity: string, words: boolean): Promise<GridColumn[]> {
	if (entity === "") return [];
	const { columns } = await rpc("records_page", { entity, offset: 0, limit: 1, text: "", show: "all", check: "", field: null, value: null, sort: null, descending: false });
	return columns.filter((column) => !words || WORDS.includes(column.kind));
}

/** Chooses what is there where the chosen one is not. */
export function settle(columns: readonly GridColumn[]): void {
	if (columns.length === 0 || columns.some((column) => column.field === chosen.field)) return;
	const usual = USUAL.find((field) => columns.some((column) => column.field === field));
	chosen.field = usual ?? columns[0]?.field ?? "";
}
