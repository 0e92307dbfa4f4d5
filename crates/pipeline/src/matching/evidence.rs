//! What agreeing and differing say, as weights.
//!
//! For each piece of evidence, `m` is how often it is seen between two records of one person and `u` how often
//! between records of two people; its weight is log2(m / u), in bits (Fellegi and Sunter, *A Theory for Record
//! Linkage*, 1969). The shares are judgements: `m` from how often schools leave out, mistype and reorder values, `u`
//! from how many birth dates, names and numbers there are. Where two pieces depend on each other (twins share a birth
//! date, a father and nearly a number; brothers and sisters a house), there is a piece for the two together, so that
//! nothing is counted twice. What the whole is worth is measured on made-up families, see `scripts/bench matching`.

/// One way in which two records agree or differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The same identity number.
    NumberSame,
    /// The same identity number and another given name: brothers and sisters under one number.
    NumberLent,
    /// The same identity number and given names that agree in part.
    NumberPart,
    /// One digit of the identity numbers is typed differently.
    NumberNear,
    /// The identity numbers differ in their last four digits only, the names agree.
    NumberTail,
    /// The identity numbers differ in their last four digits only, as those of twins do, and so do the names.
    NumberTwin,
    /// Different identity numbers.
    NumberOther,
    /// The same name; its weight goes by how rare the name is.
    NameSame,
    /// Names that sound the same and are written differently.
    NameSounds,
    /// The same given names.
    GivenSame,
    /// Given names with a slip of the finger.
    GivenSlip,
    /// Given names that differ in a last letter.
    GivenEnding,
    /// Given names of which one has fewer words.
    GivenFewer,
    /// Given names that agree in part.
    GivenPart,
    /// Different given names.
    GivenOther,
    /// The same father's name.
    FatherSame,
    /// The same father's name, a frequent one.
    FatherFrequent,
    /// The father's name with a slip of the finger.
    FatherSlip,
    /// Different fathers' names.
    FatherOther,
    /// The same birth date.
    BornSame,
    /// Birth dates with day and month swapped.
    BornSwapped,
    /// Birth dates of which two of year, month and day agree.
    BornNear,
    /// Different birth dates.
    BornOther,
    /// The same number at the school.
    OwnSame,
    /// Different numbers at the school.
    OwnOther,
    /// The same birth certificate.
    CertificateSame,
    /// Different birth certificates.
    CertificateOther,
    /// The same gender.
    GenderSame,
    /// Different genders.
    GenderOther,
    /// The same house: telephone, address or guardian.
    HouseSame,
    /// The same name in the same house: brothers and sisters have different ones.
    HouseNamed,
    /// Neither telephone, address nor guardian is the same.
    HouseOther,
    /// Two grown-ups with the same telephone number.
    PhoneSame,
    /// Two grown-ups with the same e-mail address.
    EmailSame,
    /// Two grown-ups at the same address.
    AddressSame,
    /// Two grown-ups who stand for the same child.
    ChildSame,
    /// One of them has a better partner in the same file.
    Rival,
}

use Evidence as E;

/// Every piece with its code, its `m` and its `u`.
pub const ALL: [(Evidence, &str, f64, f64); 37] = [
    (E::NumberSame, "number-same", 0.93, 0.000_02),
    (E::NumberLent, "number-lent", 0.01, 0.02),
    (E::NumberPart, "number-part", 0.05, 0.003),
    (E::NumberNear, "number-near", 0.03, 0.002),
    (E::NumberTail, "number-tail", 0.012, 0.01),
    (E::NumberTwin, "number-twin", 0.002, 0.30),
    (E::NumberOther, "number-other", 0.01, 0.98),
    (E::NameSame, "name-same", 0.80, 0.0),
    (E::NameSounds, "name-sounds", 0.12, 0.000_15),
    (E::GivenSame, "given-same", 0.80, 0.008),
    (E::GivenSlip, "given-slip", 0.10, 0.003),
    (E::GivenEnding, "given-ending", 0.02, 0.008),
    (E::GivenFewer, "given-fewer", 0.06, 0.006),
    (E::GivenPart, "given-part", 0.02, 0.15),
    (E::GivenOther, "given-other", 0.01, 0.85),
    (E::FatherSame, "father-same", 0.85, 0.03),
    (E::FatherFrequent, "father-frequent", 0.85, 0.15),
    (E::FatherSlip, "father-slip", 0.07, 0.01),
    (E::FatherOther, "father-other", 0.05, 0.95),
    (E::BornSame, "born-same", 0.94, 0.000_6),
    (E::BornSwapped, "born-swapped", 0.015, 0.000_5),
    (E::BornNear, "born-near", 0.03, 0.03),
    (E::BornOther, "born-other", 0.015, 0.90),
    (E::OwnSame, "own-same", 0.70, 0.000_2),
    (E::OwnOther, "own-other", 0.25, 0.99),
    (E::CertificateSame, "certificate-same", 0.90, 0.000_05),
    (E::CertificateOther, "certificate-other", 0.08, 0.98),
    (E::GenderSame, "gender-same", 0.99, 0.50),
    (E::GenderOther, "gender-other", 0.01, 0.50),
    (E::HouseSame, "house-same", 0.85, 0.10),
    (E::HouseNamed, "house-named", 0.85, 0.004),
    (E::HouseOther, "house-other", 0.15, 0.45),
    (E::PhoneSame, "phone-same", 0.60, 0.000_5),
    (E::EmailSame, "email-same", 0.50, 0.000_5),
    (E::AddressSame, "address-same", 0.60, 0.02),
    (E::ChildSame, "child-same", 0.50, 0.000_4),
    (E::Rival, "rival", 0.06, 1.0),
];

impl Evidence {
    /// The word in the project file; its sentence is `match.CODE`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.line().map_or("", |(_, code, _, _)| code)
    }

    /// The evidence with this [`Evidence::code`].
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        ALL.iter().find(|(_, known, _, _)| *known == code).map(|(evidence, ..)| *evidence)
    }

    /// How much it says, in bits: above 0 for one person, below 0 for two. [`Evidence::NameSame`] has none of its own.
    #[must_use]
    pub fn weight(self) -> f64 {
        self.line().map_or(0.0, |(_, _, m, u)| if *u > 0.0 { (m / u).log2() } else { 0.0 })
    }

    fn line(self) -> Option<&'static (Evidence, &'static str, f64, f64)> {
        ALL.iter().find(|(evidence, ..)| *evidence == self)
    }
}

/// The weight of a name that `count` of `people` records have: log2(m / its share), from 3 bits for the most frequent
/// to 13 for the rarest. The record itself does not count; that nobody else has a name is no more than 13 bits of
/// proof, for the next child may.
#[must_use]
pub fn name_weight(count: u32, people: u32) -> f64 {
    let share = f64::from(count.saturating_sub(1).max(1)) / f64::from(people.max(1));
    (0.80 / share).log2().clamp(3.0, 13.0)
}

/// What speaks for one person before anything was compared, in bits: how seldom any two of `people` records are one,
/// where one record in twenty has a double.
#[must_use]
pub fn prior(people: u32) -> f64 {
    let people = f64::from(people.max(20));
    (0.05 * people / (people * people / 2.0)).log2()
}

/// The probability that belongs to a sum of weights.
#[must_use]
pub fn probability(bits: f64) -> f64 {
    1.0 / (1.0 + (-bits).exp2())
}
