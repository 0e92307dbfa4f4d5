// Looks for a record in the list that the grid shows, since the list knows rows and not records.
import type { RecordsAsk } from "$lib/rpc/generated/RecordsAsk";
import { rpc } from "$lib/rpc/rpc";

/** Rows looked at in one go, as many as a page may hold. */
const PAGE = 500;
/** Most rows looked through: beyond that a person searches by name. */
const MOST = 20_000;

export type Ask = Omit<RecordsAsk, "offset" | "limit">;

/** The row of a record in the list, from 0; `null` where it is not among those looked through. */
export async function findRow(ask: Ask, record: number, read = (offset: number) => rpc("records_page", { ...ask, offset, limit: PAGE })): Promise<number | null> {
	for (let offset = 0; offset < MOST; offset += PAGE) {
		const { rows, total } = await read(offset);
		const at = rows.findIndex((row) => row.record === record);
		if (at >= 0) return offset + at;
		if (offset + PAGE >= total) return null;
	}
	return null;
}
