// Something read from the application: its value, whether it is on its way, and what went wrong.
import { toErrorView } from "$lib/errors/errors";
import { language } from "$lib/messages/messages.svelte";
import type { ErrorView } from "$lib/rpc/generated/ErrorView";

export class Resource<T> {
	value: T | null = $state.raw(null);
	error: ErrorView | null = $state.raw(null);
	loading = $state(false);
	#read: () => Promise<T>;
	#asked = 0;

	constructor(read: () => Promise<T>) {
		this.#read = read;
	}

	/** Reads again; an older answer that comes late is dropped. The old value stays in view meanwhile. */
	reload = async (): Promise<void> => {
		const asked = ++this.#asked;
		this.loading = true;
		try {
			const value = await this.#read();
			if (asked === this.#asked) [this.value, this.error] = [value, null];
		} catch (thrown) {
			if (asked === this.#asked) this.error = toErrorView(thrown);
		} finally {
			if (asked === this.#asked) this.loading = false;
		}
	};

	/** Puts a newer value in place without asking for it. */
	set(value: T): void {
		this.#asked++;
		[this.value, this.error, this.loading] = [value, null, false];
	}
}

/**
 * Reads when the component appears, again when the language changes (the application's sentences are in it),
 * and again when a state that `read` looks at before its first `await` changes.
 */
export function resource<T>(read: () => Promise<T>): Resource<T> {
	const made = new Resource(read);
	$effect(() => {
		language();
		void made.reload();
	});
	return made;
}
