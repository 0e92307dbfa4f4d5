//! All cleansing rules, in the order in which they are asked; each has its own file and its own page.
//!
//! A test holds this list to the folder, and every page's table to its rule.

mod address;
mod apostrophes;
mod currency;
mod date;
mod decimal;
mod email;
mod gender;
mod identity_number;
mod integer;
mod name;
mod null_words;
mod number_list;
mod phone;
mod postcode;
mod spaces;
mod state;
mod status;
mod surah;
mod time;
mod yes_no;

use model::Rule;

/// All rules, in the order in which they are asked: the first that answers is heard.
pub static ALL: [&Rule; 20] = [
    &null_words::RULE,
    &spaces::RULE,
    &apostrophes::RULE,
    &email::RULE,
    &phone::RULE,
    &name::RULE,
    &identity_number::RULE,
    &date::RULE,
    &gender::RULE,
    &status::RULE,
    &yes_no::RULE,
    &postcode::RULE,
    &state::RULE,
    &address::RULE,
    &integer::RULE,
    &decimal::RULE,
    &time::RULE,
    &number_list::RULE,
    &surah::RULE,
    &currency::RULE,
];

/// The page of each rule of [`ALL`], in the same order.
pub(super) static PAGES: [&str; 20] = [
    include_str!("null_words.md"),
    include_str!("spaces.md"),
    include_str!("apostrophes.md"),
    include_str!("email.md"),
    include_str!("phone.md"),
    include_str!("name.md"),
    include_str!("identity_number.md"),
    include_str!("date.md"),
    include_str!("gender.md"),
    include_str!("status.md"),
    include_str!("yes_no.md"),
    include_str!("postcode.md"),
    include_str!("state.md"),
    include_str!("address.md"),
    include_str!("integer.md"),
    include_str!("decimal.md"),
    include_str!("time.md"),
    include_str!("number_list.md"),
    include_str!("surah.md"),
    include_str!("currency.md"),
];
