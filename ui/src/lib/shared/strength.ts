// How strong a passphrase is, in words. A guide for the eye: what is accepted is decided by the application.

export type Strength = "empty" | "short" | "weak" | "fair" | "strong";

/** Fewest characters that are accepted. */
export const LEAST = 8;

/** Words and runs that are tried first by anyone who guesses. */
const GUESSED = /password|sekolah|kerani|guru|admin|daftar|school|qwerty|abcd|1234|9876|(.)\1{3}/gi;

/** Judges by length after the guessed parts are taken out, and by how many kinds of characters there are. */
export function strengthOf(passphrase: string): Strength {
	if (passphrase === "") return "empty";
	if ([...passphrase].length < LEAST) return "short";
	const rest = passphrase.replace(GUESSED, "*");
	const kinds = [/\p{Ll}|\p{Lo}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(rest)).length;
	const bits = new Set(rest).size * 1.5 + [...rest].length * (1.2 + 0.5 * kinds);
	if (bits < 34) return "weak";
	return bits < 52 ? "fair" : "strong";
}
