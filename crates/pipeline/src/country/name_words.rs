//! Words of people's names in Malaysia that only comparing needs: spellings of one word, titles, Western names.
//!
//! All in capitals, without points and apostrophes. Sources: names on published school and staff lists; usual
//! spellings of Arabic names in Malay. Never used to rewrite a name.

/// Words written in many ways besides [`super::my::NAME_SPELLINGS`], and the one they are compared as.
pub const ALIKE: &[(&str, &str)] = &[
    ("NURUL", "NUR"),
    ("NORUL", "NUR"),
    ("NOORUL", "NUR"),
    ("NURUN", "NUR"),
    ("MUHAMMED", "MUHAMMAD"),
    ("MUHAMED", "MUHAMMAD"),
    ("MOHAMMADD", "MUHAMMAD"),
    ("MOHMD", "MUHAMMAD"),
    ("MOHAMAMD", "MUHAMMAD"),
    ("AHMED", "AHMAD"),
    ("ACHMAD", "AHMAD"),
    ("AHMD", "AHMAD"),
    ("SITTI", "SITI"),
    ("CITI", "SITI"),
    ("HUSSEIN", "HUSIN"),
    ("HUSSAIN", "HUSIN"),
    ("HUSEIN", "HUSIN"),
    ("HUSAIN", "HUSIN"),
    ("HUSSIN", "HUSIN"),
    ("HASAN", "HASSAN"),
    ("SHARIFAH", "SYARIFAH"),
    ("SY", "SYED"),
    ("SAYED", "SYED"),
    ("SAYYID", "SYED"),
    ("TG", "TENGKU"),
    ("TUNKU", "TENGKU"),
    ("TENKU", "TENGKU"),
];

/// Titles before a name besides [`super::my::TITLES`].
pub const TITLES: &[&str] = &[
    "HAJJAH",
    "HJJ",
    "DATOK",
    "TUN",
    "TN",
    "MR",
    "MRS",
    "MS",
    "MISS",
    "MDM",
    "MADAM",
    "ALLAHYARHAM",
    "ALLAHYARHAMAH",
    "ARWAH",
    "ALMARHUM",
    "ALMARHUMAH",
    "CIKGU",
    "PROFESOR",
];

/// Words that belong to the title before them: Dato' Seri, Prof. Madya.
pub const TITLES_AFTER: &[&str] = &["SRI", "SERI", "MADYA", "DR", "HAJI", "HJ"];

/// Words before a father's name that many fathers have: the next word tells them apart.
pub const CARRIERS: &[&str] =
    &["MUHAMMAD", "AHMAD", "WAN", "NIK", "SYED", "TENGKU", "RAJA", "MEGAT", "CHE", "KU", "TUAN", "ENGKU"];

/// Western names of one syllable that would pass for a Chinese one.
pub const WESTERN_SHORT: &[&str] = &[
    "JOHN", "MARK", "PAUL", "JAMES", "GRACE", "JANE", "ROSE", "ANNE", "ANN", "LYNN", "JOYCE", "ALICE", "LUKE", "JOEL",
    "SEAN", "CLAIRE", "CLARE", "FAITH", "HOPE", "JUNE", "MAY", "RUTH", "BRYAN", "RYAN", "CARL", "KARL", "DEAN",
    "GLENN", "JACK", "KEITH", "NEIL", "PHILIP", "ROY", "SCOTT", "STEVE", "WAYNE", "ZOE", "CHLOE", "GEORGE", "CHARLES",
    "BRUCE",
];
