// Errors as the window shows them: every code of the application has a weight and, where it helps, a way on.
import type { ErrorView } from "$lib/rpc/generated/ErrorView";

/** How loud an error is: `quiet` is not shown, `warning` is something to do first, `error` went wrong. */
export type Weight = "quiet" | "warning" | "error";

type Treatment = { weight: Weight; report?: boolean };

/** One line for each code of `crates/app/src/error.rs`. */
export const TREATMENT: Record<string, Treatment> = {
	SourceUnreadable: { weight: "error" },
	SourceLocked: { weight: "warning" },
	SourcePassword: { weight: "warning" },
	SourceTooLarge: { weight: "warning" },
	SourceChanged: { weight: "warning" },
	MappingIncomplete: { weight: "warning" },
	BlockingFindings: { weight: "warning" },
	ProjectNewerThanApp: { weight: "error" },
	ProjectBusy: { weight: "warning" },
	ProjectUnreadable: { weight: "error" },
	NoProject: { weight: "warning" },
	Locked: { weight: "quiet" },
	WrongPassphrase: { weight: "warning" },
	NotAllowed: { weight: "warning" },
	DiskFull: { weight: "error" },
	TargetUnreachable: { weight: "warning" },
	TargetAuthFailed: { weight: "error" },
	TargetSchemaMismatch: { weight: "error" },
	TargetMoved: { weight: "warning" },
	RollbackConflict: { weight: "warning" },
	PushInterrupted: { weight: "error" },
	Refused: { weight: "warning" },
	Usage: { weight: "warning" },
	Cancelled: { weight: "quiet" },
	Bug: { weight: "error", report: true },
};

/** How an error is to be shown; an unknown code counts as a fault of Daftar. */
export function treatmentOf(error: ErrorView): Treatment {
	return TREATMENT[error.code] ?? { weight: "error", report: true };
}

/** Makes an `ErrorView` of whatever was thrown. */
export function toErrorView(thrown: unknown): ErrorView {
	if (isErrorView(thrown)) return thrown;
	const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
	return { code: "Bug", message: "", hint: "", detail, written: false };
}

function isErrorView(thrown: unknown): thrown is ErrorView {
	return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown && "hint" in thrown;
}
