//! A recipe of one file, for the next and for another layout.

use anyhow::{Context as _, Result};
use serde_json::json;

use crate::kit::{School, list, number, text};

#[test]
fn a_recipe_of_one_year_puts_the_next_year_right_and_says_what_no_longer_fits() -> Result<()> {
    let first = School::new(80, "0.20", 8)?;
    first.cli.json(0, &["import", "fail"])?;
    let saved = first.cli.run(&["cleanse", "--apply", "safe", "--save-recipe", "resipi.json", "--json"])?.json()?;
    assert!(number(&saved, "/savedRecipe/steps") >= 1, "{saved}");
    let recipe = fs_err::read_to_string(first.dir.path().join("resipi.json"))?;
    let mut recipe: serde_json::Value = serde_json::from_str(&recipe)?;
    recipe["steps"].as_array_mut().context("steps")?.extend([
        json!({ "do": "replace", "entity": "students", "field": "full_name", "find": "zzzz", "with": "y", "how": "text" }),
        json!({ "do": "values", "entity": "guardians", "field": "no_such_field", "pairs": [{ "from": "a", "to": "b" }] }),
        json!({ "do": "rules", "rule": "date", "least": "manual" }),
        json!({ "do": "rules", "rule": "no-such-rule", "least": "safe" }),
    ]);
    let next = School::new(80, "0.20", 9)?;
    next.cli.json(0, &["import", "fail"])?;
    fs_err::write(next.dir.path().join("resipi.json"), recipe.to_string())?;
    let used = next.cli.run(&["cleanse", "--recipe", "resipi.json", "--json"])?;
    let (code, used) = (used.code, used.json()?);
    let states: Vec<String> = list(&used, "/recipe/steps").iter().map(|step| text(step, "/state")).collect();
    let fits = states.len() - 4;
    assert_eq!(states[fits..], ["no-match", "unknown", "unknown", "unknown"], "{used}");
    let why = |at: usize| text(&used, &format!("/recipe/steps/{}/why", fits + at));
    assert_ne!(why(2), why(3), "a rule that is known, and what no recipe does: {used}");
    assert_eq!((code, states[0].as_str()), (1, "fits"), "what no longer fits needs a person: {used}");
    assert!(number(&used, "/recipe/changed") > 0 && number(&used, "/safe") == 0, "nothing safe is left: {used}");
    assert!(list(&used, "/recipe/notes").is_empty(), "the same layouts: {used}");
    let steps = next.cli.json(0, &["history"])?;
    assert_eq!(number(&steps, "/total"), 1, "one step for the whole recipe: {steps}");
    next.cli.json(0, &["undo"])?;
    Ok(())
}

#[test]
fn a_recipe_for_another_layout_changes_nothing_and_says_why() -> Result<()> {
    let school = School::new(20, "0.20", 8)?;
    school.cli.json(0, &["import", "fail/senarai_murid.csv"])?;
    let other = json!({ "daftarRecipe": 1, "layouts": [{ "entity": "teachers", "headers": ["NAMA GURU", "OPSYEN"] }], "steps": [
        { "do": "values", "entity": "teachers", "field": "full_name", "pairs": [{ "from": "A", "to": "B" }] },
    ] });
    let refused = |name: &str, content: &str, code: i32, word: &str, why: &str| -> Result<()> {
        fs_err::write(school.dir.path().join(name), content)?;
        let said = school.cli.json(code, &["cleanse", "--apply", "safe", "--recipe", name, "--lang", "en"])?;
        assert_eq!(text(&said, "/error/code"), word, "{said}");
        assert!(text(&said, "/error/message").contains(why), "{said}");
        assert!(!text(&said, "/error/hint").is_empty());
        Ok(())
    };
    refused("lain.json", &other.to_string(), 1, "Refused", "Teachers")?;
    refused("bukan.json", "{\"a\": 1}", 3, "SourceUnreadable", "no recipe of Daftar")?;
    refused("rosak.json", "{", 3, "SourceUnreadable", "no recipe of Daftar")?;
    refused("baharu.json", "{\"daftarRecipe\": 2, \"steps\": []}", 3, "SourceUnreadable", "newer Daftar")?;
    refused(
        "pelik.json",
        "{\"daftarRecipe\": 1, \"steps\": [{\"do\": \"drop\"}]}",
        3,
        "SourceUnreadable",
        "does not know",
    )?;
    let steps = school.cli.json(0, &["history"])?;
    assert_eq!(number(&steps, "/total"), 0, "not even the safe fixes that were asked for besides: {steps}");
    Ok(())
}
