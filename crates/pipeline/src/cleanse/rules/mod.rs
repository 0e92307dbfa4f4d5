//! All cleansing rules, in the order in which they are asked; each has its own file and its own page.
//!
//! A test holds this list to the folder, and every page's table to its rule, in both languages.

mod address;
mod address_parts;
mod apostrophes;
mod blood_group;
mod currency;
mod date;
mod decimal;
mod decimal_tail;
mod email;
mod encoding;
mod gender;
mod identity_number;
mod integer;
mod invisible;
mod name;
mod nationality;
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

use model::{Field, FieldKind, Rule};
pub(crate) use null_words::{is_null_word, is_placeholder};

/// All rules, in the order in which they are asked: the first that answers is heard.
pub static ALL: [&Rule; 26] = [
    &null_words::RULE,
    &encoding::RULE,
    &invisible::RULE,
    &spaces::RULE,
    &apostrophes::RULE,
    &decimal_tail::RULE,
    &email::RULE,
    &phone::RULE,
    &name::RULE,
    &identity_number::RULE,
    &date::RULE,
    &gender::RULE,
    &status::RULE,
    &yes_no::RULE,
    &blood_group::RULE,
    &nationality::RULE,
    &postcode::RULE,
    &state::RULE,
    &address::RULE,
    &address_parts::RULE,
    &integer::RULE,
    &decimal::RULE,
    &time::RULE,
    &number_list::RULE,
    &surah::RULE,
    &currency::RULE,
];

/// Whether the field holds the name of a person, or leads to somebody or something by a name.
fn is_name(field: &Field) -> bool {
    matches!(field.kind, FieldKind::PersonName | FieldKind::Reference(_)) && !crate::standard::is_numbering(field)
}

/// The page of each rule of [`ALL`], in the same order: in English and in Malay.
pub(super) static PAGES: [(&str, &str); 26] = [
    (include_str!("null_words.md"), include_str!("null_words.ms.md")),
    (include_str!("encoding.md"), include_str!("encoding.ms.md")),
    (include_str!("invisible.md"), include_str!("invisible.ms.md")),
    (include_str!("spaces.md"), include_str!("spaces.ms.md")),
    (include_str!("apostrophes.md"), include_str!("apostrophes.ms.md")),
    (include_str!("decimal_tail.md"), include_str!("decimal_tail.ms.md")),
    (include_str!("email.md"), include_str!("email.ms.md")),
    (include_str!("phone.md"), include_str!("phone.ms.md")),
    (include_str!("name.md"), include_str!("name.ms.md")),
    (include_str!("identity_number.md"), include_str!("identity_number.ms.md")),
    (include_str!("date.md"), include_str!("date.ms.md")),
    (include_str!("gender.md"), include_str!("gender.ms.md")),
    (include_str!("status.md"), include_str!("status.ms.md")),
    (include_str!("yes_no.md"), include_str!("yes_no.ms.md")),
    (include_str!("blood_group.md"), include_str!("blood_group.ms.md")),
    (include_str!("nationality.md"), include_str!("nationality.ms.md")),
    (include_str!("postcode.md"), include_str!("postcode.ms.md")),
    (include_str!("state.md"), include_str!("state.ms.md")),
    (include_str!("address.md"), include_str!("address.ms.md")),
    (include_str!("address_parts.md"), include_str!("address_parts.ms.md")),
    (include_str!("integer.md"), include_str!("integer.ms.md")),
    (include_str!("decimal.md"), include_str!("decimal.ms.md")),
    (include_str!("time.md"), include_str!("time.ms.md")),
    (include_str!("number_list.md"), include_str!("number_list.ms.md")),
    (include_str!("surah.md"), include_str!("surah.ms.md")),
    (include_str!("currency.md"), include_str!("currency.ms.md")),
];
