//! E-mail addresses: what is sound, and what may be tidied without a question.

/// The longest address that mail can be sent to (RFC 5321, 4.5.3.1.3, less the angle brackets).
const LONGEST: usize = 254;
/// The longest part before the `@` (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;

/// Whether `value` is an address in lower case that mail could be sent to.
#[must_use]
pub fn is_standard(value: &str) -> bool {
    let Some((local, domain)) = value.split_once('@') else { return false };
    value.len() <= LONGEST && is_local(local) && is_domain(domain)
}

/// Whether `local` may stand before the `@`: no point at either end, none beside another.
fn is_local(local: &str) -> bool {
    let allowed =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local.len() <= LONGEST_LOCAL && local.bytes().all(allowed) && local.split('.').all(|part| !part.is_empty())
}

/// Whether `domain` is two or more labels, the last of at least two letters.
fn is_domain(domain: &str) -> bool {
    let mut last = "";
    let mut labels = 0_u32;
    for label in domain.split('.') {
        if !is_label(label) {
            return false;
        }
        last = label;
        labels += 1;
    }
    labels >= 2 && last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(allowed) && !label.starts_with('-') && !label.ends_with('-')
}

/// The address without what surrounds it (spaces, `mailto:`, angle brackets, closing punctuation) and in lower
/// case, or `None` where that is still not sound. Nothing inside an address is ever repaired.
#[must_use]
pub fn tidy(written: &str) -> Option<String> {
    let mut tidied = super::outer_trim(written).to_lowercase();
    if let Some(rest) = tidied.strip_prefix("mailto:") {
        tidied = rest.trim_start().to_owned();
    }
    let bare = tidied.trim_start_matches('<').trim_end_matches(['.', ',', ';', ':', '>']).trim();
    is_standard(bare).then(|| bare.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_addresses_and_others() {
        for good in ["ali@gmail.com", "o'brien@x.com", "a.b+c@sk-1.edu.my"] {
            assert!(is_standard(good), "{good} is sound");
        }
        for bad in [
            "",
            "@x.com",
            "ali@gmail",
            "ali@@gmail.com",
            "ali@abc@gmail.com",
            "a@b..com",
            "Ali@gmail.com",
            "a..b@x.com",
            ".a@x.com",
            "a b@x.com",
            "ali@-x.com",
            "ali@x.c0m",
        ] {
            assert!(!is_standard(bad), "{bad} is not sound");
        }
    }

    #[test]
    fn only_the_outside_is_tidied() {
        assert_eq!(tidy(" MailTo:Ali@Gmail.com; ").as_deref(), Some("ali@gmail.com"));
        assert_eq!(tidy("ali@gmail.com@yahoo.com"), None, "two addresses in one are no address");
        assert_eq!(tidy("ali @gmail.com"), None, "a space inside is a question");
    }
}
