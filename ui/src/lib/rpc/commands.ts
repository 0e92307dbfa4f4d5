// The commands of the application with their arguments and results, made from crates/app/src/commands.rs.
export type { Commands } from "./generated/Commands";
