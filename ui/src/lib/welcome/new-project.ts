// What a new project needs, and which of it is not right yet.
import { t } from "$lib/messages/messages.svelte";
import { LEAST } from "$lib/shared/strength";

export type Draft = { school: string; code: string; country: string; year: number | null; language: string; user: string; displayName: string; passphrase: string; again: string };
export type Wrong = Partial<Record<keyof Draft, string>>;

export const COUNTRIES = ["MY", "SG", "BN", "ID"] as const;

/** Says for each field what is wrong with it; an empty answer means the draft is complete. */
export function wrongWith(draft: Draft): Wrong {
	const wrong: Wrong = {};
	for (const field of ["school", "code", "displayName", "user"] as const) if (draft[field].trim() === "") wrong[field] = t("welcome.required");
	if (draft.user.trim() !== "" && !/^[a-z0-9][a-z0-9._-]*$/.test(draft.user.trim())) wrong.user = t("welcome.user_bad");
	if (draft.year === null || !Number.isInteger(draft.year) || draft.year < 1990 || draft.year > 2100) wrong.year = t("welcome.year_bad");
	if ([...draft.passphrase].length < LEAST) wrong.passphrase = t("welcome.passphrase_short");
	if (draft.again !== draft.passphrase) wrong.again = t("welcome.passphrase_differs");
	return wrong;
}

/** A file name for the project: the school's code, or its name, without what file systems refuse. */
export function suggestedFile(draft: Draft): string {
	const name = `${draft.code || draft.school}-${draft.year ?? ""}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
	return `${name.replace(/^-|-$/g, "") || "sekolah"}.daftar`;
}
