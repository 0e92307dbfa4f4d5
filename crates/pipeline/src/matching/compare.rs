//! Two people side by side: what agrees and what not, and what all of it is worth.

use chrono::Datelike as _;

use super::evidence::{Evidence, name_weight, prior, probability};
use super::names::{self, Father, Given};
use super::person::Person;

/// What comparing two people gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// The sum of all weights, in bits.
    pub bits: f64,
    /// What was seen, in the order in which a person asks.
    pub evidence: Vec<Evidence>,
}

impl Compared {
    /// How probable it is that they are one person.
    #[must_use]
    pub fn probability(&self) -> f64 {
        probability(self.bits)
    }

    /// Whether this was seen.
    #[must_use]
    pub fn has(&self, evidence: Evidence) -> bool {
        self.evidence.contains(&evidence)
    }
}

/// How sure a score is, in words: `match.sure.CODE`.
#[must_use]
pub fn sureness(probability: f64) -> &'static str {
    match probability {
        p if p >= 0.995 => "nearly",
        p if p >= 0.9 => "probably",
        _ => "perhaps",
    }
}

/// From which probability on a pair is shown to a person. One identity number at two records is shown whatever else
/// they say: one of the two is wrong.
pub const LEAST_SHOWN: f64 = 0.5;

/// Whether a person should look at the pair.
#[must_use]
pub fn is_shown(compared: &Compared) -> bool {
    let one_number =
        [Evidence::NumberSame, Evidence::NumberPart, Evidence::NumberLent].iter().any(|one| compared.has(*one));
    one_number || compared.probability() >= LEAST_SHOWN
}

/// What is known about all people at once.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    /// A hash of each person's name, in order.
    names: Vec<u32>,
}

impl Crowd {
    /// Of people with these [`Person::name_hash`]es.
    #[must_use]
    pub fn of(mut names: Vec<u32>) -> Self {
        names.sort_unstable();
        Self { names }
    }

    /// How many people there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// How many have this name.
    fn with_name(&self, hash: u32) -> u32 {
        let from = self.names.partition_point(|known| *known < hash);
        let to = self.names.partition_point(|known| *known <= hash);
        (to - from) as u32
    }
}

/// Compares two people. `child` says that telephone and address are the family's.
#[must_use]
pub fn compare(one: &Person, other: &Person, child: bool, crowd: &Crowd) -> Compared {
    let mut seen = Seen { bits: prior(crowd.len() as u32), evidence: Vec::with_capacity(8) };
    let (given, father) = names::compare(&one.name, &other.name);
    let written_alike = names::agrees_in_writing(&one.written, &other.written);
    let same_given = given == Given::Same && written_alike;
    seen.take_if(number(one, other, given, same_given));
    if one.name.is_empty() || other.name.is_empty() {
        // A name that is not there speaks neither for nor against.
    } else if one.name == other.name && !written_alike {
        seen.take(Evidence::NameSounds);
    } else if one.name == other.name {
        seen.evidence.push(Evidence::NameSame);
        seen.bits += name_weight(crowd.with_name(one.name_hash()), crowd.len() as u32);
    } else {
        seen.take(given_evidence(given));
        seen.take_if(father_evidence(father));
    }
    seen.take_if(born(one, other));
    seen.take_if(texts(&one.own, &other.own, Evidence::OwnSame, Evidence::OwnOther));
    seen.take_if(texts(&one.certificate, &other.certificate, Evidence::CertificateSame, Evidence::CertificateOther));
    seen.take_if(texts(&one.gender, &other.gender, Evidence::GenderSame, Evidence::GenderOther));
    if child {
        seen.take_if(house(one, other, same_given));
    } else {
        grown_up(one, other, &mut seen);
    }
    Compared { bits: seen.bits, evidence: seen.evidence }
}

/// The sum so far.
struct Seen {
    bits: f64,
    evidence: Vec<Evidence>,
}

impl Seen {
    fn take(&mut self, evidence: Evidence) {
        self.bits += evidence.weight();
        self.evidence.push(evidence);
    }

    fn take_if(&mut self, evidence: Option<Evidence>) {
        if let Some(evidence) = evidence {
            self.take(evidence);
        }
    }
}

/// Digits at the end of an identity number in which twins differ.
const TAIL: usize = 4;

fn number(one: &Person, other: &Person, given: Given, same_given: bool) -> Option<Evidence> {
    let (ours, theirs) = (one.number.as_bytes(), other.number.as_bytes());
    if ours.is_empty() || theirs.is_empty() {
        return None;
    }
    let named_alike = matches!(given, Given::Same | Given::Slip | Given::Fewer);
    let nameless = one.name.is_empty() || other.name.is_empty();
    if ours == theirs {
        return Some(match given {
            _ if named_alike || nameless => Evidence::NumberSame,
            Given::Part => Evidence::NumberPart,
            _ => Evidence::NumberLent,
        });
    }
    let same_head =
        ours.len() == theirs.len() && ours.len() > TAIL && ours[..ours.len() - TAIL] == theirs[..theirs.len() - TAIL];
    Some(match (same_head, is_near(ours, theirs)) {
        (true, true) if same_given => Evidence::NumberTail,
        (true, _) => Evidence::NumberTwin,
        (false, true) => Evidence::NumberNear,
        (false, false) => Evidence::NumberOther,
    })
}

/// Whether one digit is another, or two neighbours are swapped, or one is left out.
fn is_near(one: &[u8], other: &[u8]) -> bool {
    if one.len() != other.len() {
        let (short, long) = if one.len() < other.len() { (one, other) } else { (other, one) };
        let shared = short.iter().zip(long).take_while(|(ours, theirs)| ours == theirs).count();
        return long.len() == short.len() + 1 && short[shared..] == long[shared + 1..];
    }
    let mut differ = one.iter().zip(other).enumerate().filter(|(_, (ours, theirs))| ours != theirs).map(|(at, _)| at);
    match (differ.next(), differ.next(), differ.next()) {
        (Some(_), None, None) => true,
        (Some(first), Some(second), None) => {
            second == first + 1 && one.get(first) == other.get(second) && one.get(second) == other.get(first)
        }
        _ => false,
    }
}

fn given_evidence(given: Given) -> Evidence {
    match given {
        Given::Same => Evidence::GivenSame,
        Given::Slip => Evidence::GivenSlip,
        Given::Ending => Evidence::GivenEnding,
        Given::Fewer => Evidence::GivenFewer,
        Given::Part => Evidence::GivenPart,
        Given::Different => Evidence::GivenOther,
    }
}

fn father_evidence(father: Father) -> Option<Evidence> {
    Some(match father {
        Father::Same => Evidence::FatherSame,
        Father::Frequent => Evidence::FatherFrequent,
        Father::Slip => Evidence::FatherSlip,
        Father::Missing => return None,
        Father::Different => Evidence::FatherOther,
    })
}

fn born(one: &Person, other: &Person) -> Option<Evidence> {
    let (ours, theirs) = (one.born?, other.born?);
    let same = [ours.year() == theirs.year(), ours.month() == theirs.month(), ours.day() == theirs.day()];
    let swapped = ours.year() == theirs.year() && ours.month() == theirs.day() && ours.day() == theirs.month();
    Some(match same.iter().filter(|same| **same).count() {
        3 => Evidence::BornSame,
        _ if swapped => Evidence::BornSwapped,
        2 => Evidence::BornNear,
        _ => Evidence::BornOther,
    })
}

fn texts(one: &str, other: &str, same: Evidence, different: Evidence) -> Option<Evidence> {
    match (one, other) {
        ("", _) | (_, "") => None,
        _ if one == other => Some(same),
        _ => Some(different),
    }
}

fn house(one: &Person, other: &Person, same_given: bool) -> Option<Evidence> {
    let (mut ours, mut theirs) = (one.house().peekable(), other.house().peekable());
    ours.peek()?;
    theirs.peek()?;
    let shared = ours.any(|hash| other.house().any(|theirs| theirs == hash));
    Some(match (shared, same_given) {
        (true, true) => Evidence::HouseNamed,
        (true, false) => Evidence::HouseSame,
        (false, _) => Evidence::HouseOther,
    })
}

fn grown_up(one: &Person, other: &Person, seen: &mut Seen) {
    let same = |ours: u32, theirs: u32| ours != 0 && ours == theirs;
    seen.take_if(same(one.phone, other.phone).then_some(Evidence::PhoneSame));
    seen.take_if(same(one.email, other.email).then_some(Evidence::EmailSame));
    seen.take_if(same(one.address, other.address).then_some(Evidence::AddressSame));
    seen.take_if(one.circle.iter().any(|child| other.circle.contains(child)).then_some(Evidence::ChildSame));
}
