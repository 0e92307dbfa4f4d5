// Asks where a record stands in the list that the grid shows, since the list knows rows and not records.
import type { RecordsAsk } from "$lib/rpc/generated/RecordsAsk";
import { rpc } from "$lib/rpc/rpc";

export type Ask = Omit<RecordsAsk, "offset" | "limit">;

/** The row of a record in the list, from 0; `null` where the list does not show it. */
export async function findRow(ask: Ask, record: number, position = rpcPosition): Promise<number | null> {
	return (await position(ask, record)) ?? null;
}

async function rpcPosition(ask: Ask, record: number): Promise<number | null> {
	return (await rpc("record_position", { view: { ...ask, offset: 0, limit: 0 }, record })).offset;
}
