// Short sentences that come and go, and errors that stay until they are read.
import { toErrorView, treatmentOf } from "$lib/errors/errors";
import type { ErrorView } from "$lib/rpc/generated/ErrorView";

export type Toast = { id: number; tone: "good" | "info" | "warn"; text: string };

/** How long a sentence stays, in milliseconds: time to read two lines. */
const STAYS = 6_000;

const shown = $state<{ toasts: Toast[]; error: ErrorView | null }>({ toasts: [], error: null });
let last = 0;

export const toasts = (): Toast[] => shown.toasts;
export const shownError = (): ErrorView | null => shown.error;

/** Says a sentence at the edge of the window. */
export function say(text: string, tone: Toast["tone"] = "good"): void {
	if (text === "") return;
	const id = ++last;
	shown.toasts.push({ id, tone, text });
	setTimeout(() => hush(id), STAYS);
}

export function hush(id: number): void {
	shown.toasts = shown.toasts.filter((toast) => toast.id !== id);
}

/** Shows what went wrong in a dialog; what the person stopped themselves is not shown. */
export function showError(thrown: unknown): void {
	const error = toErrorView(thrown);
	if (treatmentOf(error).weight !== "quiet") shown.error = error;
}

export function closeError(): void {
	shown.error = null;
}

/** Runs an action of a button; a failure is shown. Answers whether it went well. */
export async function attempt(action: () => Promise<unknown>): Promise<boolean> {
	try {
		await action();
		return true;
	} catch (thrown) {
		showError(thrown);
		return false;
	}
}
