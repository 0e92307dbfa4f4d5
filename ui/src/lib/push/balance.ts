// Nothing lost, nothing doubled: what there is must be what became of it.
import type { PushEntity } from "$lib/rpc/generated/PushEntity";

export const OUTCOMES = ["inserted", "updated", "unchanged", "rejected", "heldBack", "merged", "excluded"] as const;
export const COUNTS = ["landed", "derived", ...OUTCOMES] as const;

/** Records there are, and records whose outcome is known. */
export function balanceOf(entity: PushEntity): { have: number; outcome: number; balances: boolean } {
	const have = entity.landed + entity.derived;
	const outcome = OUTCOMES.reduce((sum, one) => sum + entity[one], 0);
	return { have, outcome, balances: have === outcome };
}

/** The sum of all kinds. */
export function totalOf(entities: readonly PushEntity[], title: string): PushEntity {
	const sum = (of: (entity: PushEntity) => number) => entities.reduce((all, entity) => all + of(entity), 0);
	const counts = Object.fromEntries(COUNTS.map((one) => [one, sum((entity) => entity[one])])) as Pick<PushEntity, (typeof COUNTS)[number]>;
	return { entity: "", title, staged: sum((entity) => entity.staged), ...counts };
}
