//! Country packs: every fact about a country that rules and checks look up, and nothing else.

pub mod my;
pub mod name_words;
