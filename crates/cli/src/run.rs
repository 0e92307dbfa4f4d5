//! One function a command: calls the use case, gives its result as JSON or in words.

use std::path::{Path, PathBuf};

use app::command::cleanse::recipe;
use app::command::{
    backup, cleanse, corrections, demo, home, import, letters, mailbox, mapping, profile, push, report, validate,
};
use app::dto::{ImportFile, LeftOut, Page, SourceChoice, SourceOptions};
use app::{Code, Failure, Session};
use model::{Applicability, Watch, Words};
use serde_json::json;

use crate::args::{Apply, Args, Command, Everywhere, PortalCommand, Preparing, Reading};
use crate::documents;
use crate::outcome::Outcome;
use crate::output::Output;
use crate::secrets::{self, passphrase};
use crate::watch::Bar;

pub(crate) type Done = Result<Outcome, Failure>;

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Done {
    let desk = Desk { everywhere: &args.everywhere, output };
    match &args.command {
        Command::New { file, school, code, country, year } => desk.new_project(file, school, code, country, *year),
        Command::Inspect { source, reading } => desk.inspect(source, reading),
        Command::Import { sources, entity, table, mapping, reading } => {
            desk.import(sources, entity.as_deref(), table.as_deref(), mapping.as_deref(), reading)
        }
        Command::Profile { out } => desk.profile(out.as_deref()),
        Command::Cleanse { apply, recipe, save_recipe } => {
            desk.cleanse(*apply, recipe.as_deref(), save_recipe.as_deref())
        }
        Command::Undo { steps } => desk.travel(*steps, true),
        Command::Redo => desk.travel(1, false),
        Command::History => desk.history(),
        Command::Replace(wish) => desk.replace(wish),
        Command::Match { merge, with_portal } => desk.matching(*merge, *with_portal),
        Command::Validate => desk.validate(),
        Command::Waive { check, reason, record, undo } => {
            desk.waive(check.as_deref(), reason.as_deref(), record.as_deref(), *undo)
        }
        Command::Status => desk.status(),
        Command::Portal(command) => desk.portal(command),
        Command::Push { rehearse, accept, on_conflict, when_online, no_backup, redis } => {
            let leave = crate::pushing::Leave { no_backup: *no_backup, redis: redis.as_deref() };
            desk.push(*rehearse, accept, on_conflict, *when_online, &leave)
        }
        Command::Queue { drop } => desk.queue(*drop),
        Command::Verify { batch } => desk.verify(batch.as_deref()),
        Command::Rollback { batch, plan, entities } => {
            desk.rollback(&push::Back { batch: batch.clone(), entities: entities.clone(), plan: *plan })
        }
        Command::Mail { redis, out } => desk.mail(redis.as_deref(), out.as_deref()),
        Command::Letters { out, batch } => desk.letters(out, batch.as_deref()),
        Command::Backup { list: true, keep, .. } => desk.copies(*keep),
        Command::Backup { out, open: Some(copy), .. } => desk.open_copy(copy, out.as_deref()),
        Command::Backup { out, open: None, .. } => desk.backup(out.as_deref()),
        Command::Restore { file } => desk.restore(file),
        Command::Report { kind, out, batch } => desk.report(kind, out, batch.as_deref()),
        Command::Demo { dir } => desk.demo(dir),
        Command::Generate { students, years, mess, seed, sheets, out } => {
            desk.generate(*students, *years, *mess, *seed, *sheets, out)
        }
    }
}

/// The Redis of the command line, or that of the settings.
pub(crate) fn mailbox(session: &Session, redis: Option<&str>) -> mailbox::MailboxChoice {
    let kept = mailbox::MailboxChoice::of(session);
    mailbox::MailboxChoice { url: redis.map(str::to_owned).or(kept.url), password: kept.password }
}

/// The flags and where to speak.
pub(crate) struct Desk<'a> {
    everywhere: &'a Everywhere,
    pub(crate) output: &'a Output,
}

impl Desk<'_> {
    fn project(&self) -> Result<&Path, Failure> {
        let missing = || Failure::refused(Code::Usage, "error.no-project-given", "error.no-project-given.hint");
        self.everywhere.project.as_deref().ok_or_else(missing)
    }

    fn session(&self) -> Result<Session, Failure> {
        let session = Session::open(self.project()?, self.everywhere.user.as_deref(), &passphrase(self.everywhere)?)?;
        match self.output.lang() {
            Some(lang) => session.speak(lang),
            None => self.output.opened(session.lang()),
        }
        Ok(session)
    }

    /// Opens the project, does `work`, and closes it with everything in its one file.
    pub(crate) fn with(&self, work: impl FnOnce(&Session, &dyn Watch) -> Done) -> Done {
        let session = self.session()?;
        let done = work(&session, &Bar::new());
        let closed = session.close();
        let outcome = done?;
        closed?;
        Ok(outcome)
    }

    pub(crate) fn choice(&self, session: &Session) -> push::PortalChoice {
        let kept = push::PortalChoice::of(session);
        push::PortalChoice { url: self.everywhere.portal.clone().or(kept.url), password: kept.password }
    }

    fn new_project(&self, file: &Path, school: &str, code: &str, country: &str, year: Option<i32>) -> Done {
        let passphrase = passphrase(self.everywhere)?;
        let lang = self.output.lang().unwrap_or_default();
        let user = self.everywhere.user.as_deref().unwrap_or("admin");
        let new = app::session::NewSchool { school, code, country, year, lang, user, passphrase: &passphrase };
        let (session, key) = Session::found(file, &new)?;
        session.close()?;
        let words = self.output.words(Some(lang));
        self.output.give(&json!({ "project": file, "school": school, "user": user, "recoveryKey": key }), || {
            vec![
                words.say("cli.new", &[("file", &file.display().to_string())]),
                words.say("cli.recovery-key", &[("key", &key)]),
            ]
        });
        Ok(Outcome::Done)
    }

    fn inspect(&self, source: &Path, reading: &Reading) -> Done {
        let words = self.output.words(None);
        let session = if self.everywhere.project.is_some() { Some(self.session()?) } else { None };
        let (files, left_out) = chosen(&[source.to_owned()], reading, &words)?;
        let (mut documents, mut lines) = (Vec::new(), Vec::new());
        let watch = Bar::new();
        for file in &files {
            let (probe, mappings, view) = import::inspect(file, session.as_ref(), &words, &watch)?;
            let columns: Vec<_> = probe
                .tables
                .iter()
                .zip(&mappings)
                .map(|(table, mapping)| import::columns(table, mapping, &words))
                .collect();
            documents.push(documents::inspect(&view, &columns));
            lines.extend(documents::inspect_lines(&view, &columns));
        }
        lines.extend(left_out.iter().map(|left| format!("{}: {}", left.name, left.reason)));
        self.output.give(&documents::inspected(documents, &left_out), || lines);
        Ok(Outcome::Done)
    }

    fn import(
        &self,
        sources: &[PathBuf],
        entity: Option<&str>,
        table: Option<&str>,
        mapping: Option<&Path>,
        reading: &Reading,
    ) -> Done {
        let mapping = mapping.map(import::read_mapping).transpose()?;
        let (files, left_out) = chosen(sources, reading, &self.output.words(None))?;
        self.with(|session, watch| {
            let wish = import::Wish {
                files: &files,
                make: import::Make::Recognised,
                entity,
                mapping: mapping.as_ref(),
                table,
            };
            let imported = import::run(session, &wish, watch)?;
            let words = self.output.words(Some(session.lang()));
            self.output.give(&documents::imported(&imported, &left_out, &words), || {
                let rows = imported.rows.to_string();
                let count = imported.files.len();
                let done = words.say("import.done", &[("rows", &rows), ("files", &count.to_string())]);
                let mut lines = if count > 0 { vec![done] } else { Vec::new() };
                for table in imported.files.iter().flat_map(|file| &file.tables) {
                    let made = mapping::Made { records: table.records.clone(), ..mapping::Made::default() };
                    lines.push(format!("  {}  {}  {}", table.name, table.landed, documents::made_line(&made)));
                    lines.extend(table.doubts.iter().map(|doubt| format!("    {}", doubt.say(&words))));
                }
                lines.extend(left_out.iter().map(|left| format!("  {}: {}", left.name, left.reason)));
                lines.extend(imported.corrections.iter().flat_map(|taken| documents::correction_lines(taken, &words)));
                lines
            });
            let odd = imported.corrections.iter().any(|taken| taken.is_odd());
            let unknown = imported
                .files
                .iter()
                .flat_map(|file| &file.tables)
                .any(|table| table.landed > 0 && table.records.is_empty());
            Ok(Outcome::odd_if(unknown || odd))
        })
    }

    fn cleanse(&self, apply: Apply, recipe: Option<&Path>, save: Option<&Path>) -> Done {
        // A file that is no recipe is said before anything is opened.
        let recipe = recipe.map(recipe::read).transpose()?;
        self.with(|session, watch| {
            let cooked = recipe.map(|recipe| recipe::apply(session, &recipe, None, watch)).transpose()?;
            let least = match apply {
                Apply::Safe => Some(Applicability::Safe),
                Apply::Review => Some(Applicability::Review),
                Apply::None => None,
            };
            let applied = match least {
                Some(least) => cleanse::apply(session, cleanse::Which { rule: None, least }, watch)?,
                None => cleanse::Applied::default(),
            };
            let saved = save.map(|path| recipe::save(session, path, &recipe_name(path))).transpose()?;
            if !applied.proposed {
                cleanse::propose_all(session, watch)?;
            }
            let view = cleanse::view(session)?;
            let words = self.output.words(Some(session.lang()));
            let document =
                documents::cleansed(&view, (applied.step, applied.changed), cooked.as_ref(), save.zip(saved));
            self.output.give(&document, || {
                let mut lines = cooked.as_ref().map(documents::cooked_lines).unwrap_or_default();
                if least.is_some() || cooked.is_none() {
                    lines.push(cleanse::applied_sentence(&applied, &words));
                }
                lines.extend(
                    view.rules.iter().map(|rule| {
                        format!("  {:40} {:>8} {:>8} {:>8}", rule.title, rule.safe, rule.review, rule.manual)
                    }),
                );
                lines.extend(save.zip(saved).map(|(path, (steps, _))| {
                    let (steps, path) = (steps.to_string(), path.display().to_string());
                    words.say("recipe.saved", &[("count", &steps), ("path", &path)])
                }));
                lines
            });
            let unfit = cooked.is_some_and(|cooked| cooked.steps.iter().any(|step| step.state != "fits"));
            Ok(Outcome::odd_if(view.review + view.manual > 0.0 || unfit))
        })
    }

    fn travel(&self, steps: u32, back: bool) -> Done {
        self.with(|session, watch| {
            if back {
                cleanse::must_have_steps(session, steps.into())?;
            }
            let mut titles = Vec::new();
            for _ in 0..steps {
                titles.push(cleanse::travel(session, back, watch)?);
            }
            let said: Vec<_> =
                titles.iter().map(|(title, changed)| json!({ "step": title, "changed": changed })).collect();
            self.output.give(&json!({ "steps": said }), || {
                titles.iter().map(|(title, changed)| format!("{title}  {changed}")).collect()
            });
            Ok(Outcome::Done)
        })
    }

    fn history(&self) -> Done {
        self.with(|session, _| {
            let view = cleanse::history(session, &Page { offset: 0, limit: 200 })?;
            self.output.give(&view, || {
                let line = |step: &app::dto::HistoryStep| {
                    format!(
                        "{:>5}  {}  {}  {}  {}  {}",
                        step.step, step.at, step.user, step.state, step.changes, step.title
                    )
                };
                view.steps.iter().map(line).collect()
            });
            Ok(Outcome::Done)
        })
    }

    fn validate(&self) -> Done {
        self.with(|session, watch| {
            validate::run(session, watch)?;
            let view = validate::view(session)?;
            if self.output.json {
                self.output.line(&report::as_json(session, "validation")?);
            } else {
                for check in view.sections.iter().flat_map(|section| &section.checks) {
                    let mark = if check.passed { "ok" } else { check.severity.as_str() };
                    self.output.line(&format!("{mark:9} {:52} {}", check.title, check.measured));
                }
            }
            Ok(Outcome::odd_if(!view.passed))
        })
    }

    fn status(&self) -> Done {
        self.with(|session, _| {
            let view = home::view(session)?;
            let findings = validate::view(session)?;
            let last = push::list(session)?.into_iter().next();
            let queue = push::queue::waiting(session)?;
            let document = json!({
                "school": view.school, "next": view.next_stage,
                "steps": view.steps, "entities": view.entities,
                "findings": { "critical": findings.critical_findings, "warnings": findings.warning_findings, "notes": findings.note_findings, "stale": findings.stale },
                "queue": queue.as_ref().map(|item| json!({ "state": item.state.code(), "at": item.at, "tries": item.tries })),
                "lastPush": last.as_ref().map(|push| json!({ "batch": push.batch, "state": push.state, "at": push.at })),
            });
            self.output.give(&document, || {
                let mut lines: Vec<String> = view.steps.iter().map(|step| format!("{:16} {}", step.title, step.detail)).collect();
                lines.push(view.next_title.clone());
                lines.extend(queue.iter().map(|item| self.output.words(Some(session.lang())).text(&format!("queue.{}", item.state.code())).to_owned()));
                lines.extend(last.iter().map(|push| format!("{}  {}", push.at, push.sentence)));
                lines
            });
            Ok(Outcome::Done)
        })
    }

    fn portal(&self, command: &PortalCommand) -> Done {
        let words = self.output.words(None);
        let choice = match (&self.everywhere.portal, &self.everywhere.project) {
            (None, Some(_)) => {
                let session = self.session()?;
                if matches!(command, PortalCommand::Prepare(_)) {
                    push::may_prepare(&session)?;
                }
                self.choice(&session)
            }
            (url, _) => push::PortalChoice { url: url.clone(), password: None },
        };
        let watch = Bar::new();
        match command {
            PortalCommand::Prepare(preparing) => self.prepare(preparing, &choice, &words, &watch),
            PortalCommand::Check => {
                let checked = push::check(&choice, &watch)?;
                self.output.give(&push::check_doc(&checked, &words), || push::check_lines(&checked, &words));
                Ok(Outcome::odd_if(!checked.differences.is_empty()))
            }
        }
    }

    fn prepare(&self, asked: &Preparing, choice: &push::PortalChoice, words: &Words, watch: &Bar) -> Done {
        let admin = match (&asked.admin_email, &asked.admin_password_file) {
            (Some(email), Some(file)) => {
                Some(push::admin(email, asked.admin_name.as_deref(), secrets::admin_password(file)?)?)
            }
            _ => None,
        };
        let named = admin.is_some();
        let prepared = push::prepare(choice, admin, watch)?;
        let document = json!({
            "created": prepared.created, "from": prepared.from, "to": prepared.to,
            "appRole": prepared.app_role, "onboardingRole": prepared.onboarding_role,
            "adminCreated": prepared.admin_created, "hasAdmin": prepared.has_admin,
        });
        self.output.give(&document, || push::prepare_lines(&prepared, named, words));
        Ok(Outcome::Done)
    }

    fn verify(&self, batch: Option<&str>) -> Done {
        self.with(|session, watch| {
            let document = push::verify(session, &self.choice(session), batch, watch)?;
            let words = self.output.words(Some(session.lang()));
            self.output.give(&document, || vec![push::verify_sentence(&document, &words)]);
            Ok(Outcome::odd_if(!document.passed))
        })
    }

    fn backup(&self, out: Option<&Path>) -> Done {
        self.with(|session, watch| {
            let made = backup::run(session, out)?;
            let of_portal = match &self.everywhere.portal {
                Some(_) => Some(backup::portal(session, &self.choice(session), watch)?),
                None => None,
            };
            let document =
                json!({ "file": made.path, "bytes": made.bytes, "sha256": made.sha256, "portal": of_portal });
            let copies: Vec<_> = std::iter::once(&made).chain(&of_portal).collect();
            self.output
                .give(&document, || copies.iter().map(|copy| format!("{}  {}", copy.sha256, copy.path)).collect());
            Ok(Outcome::Done)
        })
    }

    fn mail(&self, redis: Option<&str>, out: Option<&Path>) -> Done {
        self.with(|session, watch| {
            let document = match out {
                Some(path) => mailbox::hand_over(session, path, watch)?,
                None => mailbox::send(session, &mailbox(session, redis), watch)?,
            };
            self.output
                .give(&document, || vec![mailbox::sentence(&document, &self.output.words(Some(session.lang())))]);
            Ok(Outcome::odd_if(document.waiting > 0))
        })
    }

    fn letters(&self, out: &Path, batch: Option<&str>) -> Done {
        self.with(|session, watch| {
            let done = letters::print(session, &self.choice(session), batch, out, watch)?;
            let document = json!({ "file": done.path, "letters": done.letters, "until": done.until });
            self.output.give(&document, || {
                let args = [("count", done.letters.to_string()), ("path", done.path.clone())];
                let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
                vec![self.output.words(Some(session.lang())).say("letters.done", &args)]
            });
            Ok(Outcome::Done)
        })
    }

    fn open_copy(&self, copy: &Path, out: Option<&Path>) -> Done {
        let out = out.unwrap_or(copy);
        self.with(|session, _| {
            let bytes = backup::open(session, copy, out)?;
            let words = self.output.words(Some(session.lang()));
            let args = [("path", out.display().to_string()), ("bytes", bytes.to_string())];
            let args = args.each_ref().map(|(name, value)| (*name, value.as_str()));
            self.output
                .give(&json!({ "file": out, "bytes": bytes }), || vec![words.say("cli.portal-copy-opened", &args)]);
            Ok(Outcome::Done)
        })
    }

    fn restore(&self, file: &Path) -> Done {
        let to = self.project()?;
        backup::restore(file, to)?;
        self.output.give(&json!({ "project": to }), || vec![to.display().to_string()]);
        Ok(Outcome::Done)
    }

    fn profile(&self, out: Option<&Path>) -> Done {
        self.with(|session, watch| {
            profile::run(session, watch)?;
            let bytes = out.map(|out| report::export(session, "profile", &ending(out), out)).transpose()?;
            let view = profile::view(session)?;
            let document = report::as_json(session, "profile")?;
            self.output.give(&documents::profiled(&document, out.zip(bytes)), || {
                let mut lines = documents::profile_lines(&view);
                lines.extend(out.map(|out| out.display().to_string()));
                lines
            });
            Ok(Outcome::Done)
        })
    }

    /// The rows with findings as a workbook, for somebody to correct.
    fn hand_out(&self, session: &Session, format: &str, out: &Path, watch: &dyn Watch) -> Done {
        if format != "xlsx" {
            return Err(Failure::refused(Code::Usage, "error.unknown-format", "error.unknown-format.hint"));
        }
        let done = corrections::hand_out(session, out, watch)?;
        let document = json!({
            "file": out, "bytes": done.bytes, "sheets": done.sheets, "rows": done.rows, "findings": done.findings,
            "leftOut": done.left_out,
        });
        let words = self.output.words(Some(session.lang()));
        let (rows, found, path) = (done.rows.to_string(), done.findings.to_string(), out.display().to_string());
        self.output.give(&document, || {
            vec![words.say("workbook.done", &[("rows", &rows), ("findings", &found), ("path", &path)])]
        });
        Ok(Outcome::Done)
    }

    fn report(&self, kind: &str, out: &Path, batch: Option<&str>) -> Done {
        self.with(|session, watch| {
            if kind == "errors" {
                return self.hand_out(session, &ending(out), out, watch);
            }
            let bytes = report::export_of(session, kind, batch, &ending(out), out)?;
            self.output.give(&json!({ "file": out, "bytes": bytes }), || vec![out.display().to_string()]);
            Ok(Outcome::Done)
        })
    }

    fn demo(&self, dir: &Path) -> Done {
        let lang = self.output.lang().unwrap_or_default();
        let mut lines = Vec::new();
        demo::run(dir, self.everywhere.portal.as_deref(), lang, &Bar::new(), &mut |line| {
            if !self.output.json {
                self.output.line(&line);
            }
            lines.push(line);
        })?;
        if self.output.json {
            self.output.line(&json!({ "dir": dir, "steps": lines }).to_string());
        }
        Ok(Outcome::Done)
    }

    fn generate(&self, students: u32, years: u32, mess: f64, seed: u64, sheets: bool, out: &Path) -> Done {
        let mut school = demo::generate(students, mess, seed, years, out)?;
        if sheets {
            school.0.extend(demo::generate_sheets(students, seed, years, out)?);
        }
        self.output.give(&json!({ "files": school.0, "truth": school.1 }), || {
            school.0.iter().chain(std::iter::once(&school.1)).map(|path| path.display().to_string()).collect()
        });
        Ok(Outcome::Done)
    }
}

/// The ending of a file's name, which says the format of a report.
fn ending(file: &Path) -> String {
    file.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// A recipe is called as its file.
fn recipe_name(path: &Path) -> String {
    path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The single sources that are meant, each to be read as the person says, and what is left out.
fn chosen(sources: &[PathBuf], reading: &Reading, words: &Words) -> Result<(Vec<ImportFile>, Vec<LeftOut>), Failure> {
    let options = options(reading)?;
    let view = import::expand(&import::said(sources), words)?;
    let file = |source: SourceChoice| ImportFile {
        path: source.path,
        member: source.member,
        options: options.clone(),
        tables: Vec::new(),
    };
    Ok((view.sources.into_iter().map(file).collect(), view.left_out))
}

fn options(reading: &Reading) -> Result<SourceOptions, Failure> {
    Ok(SourceOptions {
        encoding: reading.encoding.clone(),
        delimiter: reading.delimiter.map(String::from),
        header_row: reading.header_row,
        password: reading.source_password_file.as_deref().map(secrets::source_password).transpose()?,
    })
}
