import { describe, expect, it } from "vitest";
import type { PushEntity } from "$lib/rpc/generated/PushEntity";
import { balanceOf, totalOf } from "./balance";

const pupils: PushEntity = { entity: "students", title: "Murid", landed: 612, derived: 0, staged: 571, inserted: 560, updated: 6, unchanged: 3, rejected: 2, heldBack: 34, merged: 5, excluded: 2 };
const users: PushEntity = { ...pupils, entity: "users", landed: 0, derived: 90, staged: 90, inserted: 90, updated: 0, unchanged: 0, rejected: 0, heldBack: 0, merged: 0, excluded: 0 };

describe("the balance of a push", () => {
	it("holds where every record has one outcome", () => {
		expect(balanceOf(pupils)).toEqual({ have: 612, outcome: 612, balances: true });
		expect(balanceOf(users).balances, "derived records count").toBe(true);
		expect(balanceOf(totalOf([pupils, users], ""))).toEqual({ have: 702, outcome: 702, balances: true });
	});
	it("does not hold where one is lost", () => {
		expect(balanceOf({ ...pupils, merged: 4 }).balances).toBe(false);
	});
});
