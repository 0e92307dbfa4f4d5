// Finding fields by words typed.
import type { FieldOption } from "$lib/rpc/generated/FieldOption";

export type Choice = { path: string | null; title: string; group: string; required: boolean };

/** Fields whose group, title or path has every word typed; those whose title begins with the words come first. */
export function findFields(fields: readonly FieldOption[], typed: string): FieldOption[] {
	const words = typed.toLowerCase().split(/\s+/).filter((word) => word !== "");
	const hit = fields.filter((field) => {
		const text = `${field.group} ${field.title} ${field.path.replace(/[._#]/g, " ")}`.toLowerCase();
		return words.every((word) => text.includes(word));
	});
	const first = words[0];
	if (first === undefined) return hit;
	const rank = (field: FieldOption) => (field.title.toLowerCase().startsWith(first) ? 0 : 1);
	return hit.sort((a, b) => rank(a) - rank(b));
}
