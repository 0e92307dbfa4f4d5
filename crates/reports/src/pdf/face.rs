//! The seven faces that ship with Daftar, and which of them shows a letter.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use harfrust::{Direction, Font, Script, ShapePlan};

use crate::Error;

/// One face file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum FaceId {
    /// Latin letters, digits and signs.
    Sans,
    /// The same, bold.
    SansBold,
    /// Arabic and Jawi.
    Arabic,
    /// The same, bold.
    ArabicBold,
    /// Tamil.
    Tamil,
    /// The same, bold.
    TamilBold,
    /// Chinese; it serves as bold too.
    Chinese,
}

impl FaceId {
    /// Every face.
    pub(crate) const ALL: [FaceId; 7] = [
        FaceId::Sans,
        FaceId::SansBold,
        FaceId::Arabic,
        FaceId::ArabicBold,
        FaceId::Tamil,
        FaceId::TamilBold,
        FaceId::Chinese,
    ];

    /// The faces in the order in which a letter is looked for, regular.
    const REGULAR: [FaceId; 4] = [FaceId::Sans, FaceId::Arabic, FaceId::Tamil, FaceId::Chinese];

    /// The same, bold.
    const BOLD: [FaceId; 4] = [FaceId::SansBold, FaceId::ArabicBold, FaceId::TamilBold, FaceId::Chinese];

    /// The font file.
    pub(crate) fn bytes(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!("../../fonts/NotoSans-Regular.ttf"),
            Self::SansBold => include_bytes!("../../fonts/NotoSans-Bold.ttf"),
            Self::Arabic => include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
            Self::ArabicBold => include_bytes!("../../fonts/NotoSansArabic-Bold.ttf"),
            Self::Tamil => include_bytes!("../../fonts/NotoSansTamil-Regular.ttf"),
            Self::TamilBold => include_bytes!("../../fonts/NotoSansTamil-Bold.ttf"),
            Self::Chinese => include_bytes!("../../fonts/NotoSansSC-Regular.otf"),
        }
    }

    /// Its name, also that of the resource in the PDF.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sans => "NotoSans",
            Self::SansBold => "NotoSansBold",
            Self::Arabic => "NotoSansArabic",
            Self::ArabicBold => "NotoSansArabicBold",
            Self::Tamil => "NotoSansTamil",
            Self::TamilBold => "NotoSansTamilBold",
            Self::Chinese => "NotoSansSC",
        }
    }
}

/// Face, script and whether from right to left.
type PlanKey = (FaceId, Option<Script>, bool);

/// All faces, opened.
pub(crate) struct Faces {
    fonts: Vec<Font>,
    /// Shaping plans: dear to make, and few.
    plans: RefCell<HashMap<PlanKey, Rc<ShapePlan>>>,
}

impl Faces {
    /// Opens every face.
    ///
    /// # Errors
    ///
    /// [`Error::Font`] where a face that ships with Daftar cannot be read.
    pub(crate) fn open() -> Result<Self, Error> {
        let fonts = FaceId::ALL
            .into_iter()
            .map(|face| Font::new(face.bytes(), 0).ok_or(Error::Font { face: face.name() }))
            .collect::<Result<_, _>>()?;
        Ok(Self { fonts, plans: RefCell::default() })
    }

    /// The opened face.
    pub(crate) fn font(&self, face: FaceId) -> &Font {
        &self.fonts[face as usize]
    }

    /// How `face` shapes this script in this direction.
    pub(crate) fn plan(&self, face: FaceId, script: Option<Script>, rtl: bool) -> Rc<ShapePlan> {
        let mut plans = self.plans.borrow_mut();
        let make = || Rc::new(ShapePlan::new(self.font(face), direction(rtl), script, None, &[]));
        plans.entry((face, script, rtl)).or_insert_with(make).clone()
    }

    /// The first face that has `letter`.
    pub(crate) fn covering(&self, letter: char, bold: bool) -> Option<FaceId> {
        let order = if bold { FaceId::BOLD } else { FaceId::REGULAR };
        order.into_iter().find(|face| self.covers(*face, letter))
    }

    /// Whether `face` has `letter`.
    pub(crate) fn covers(&self, face: FaceId, letter: char) -> bool {
        self.nominal(face, letter).is_some()
    }

    /// The glyph that `face` gives `letter` before shaping.
    pub(crate) fn nominal(&self, face: FaceId, letter: char) -> Option<u32> {
        let glyph = self.font(face).charmap().map_unicode(letter)?.to_u32();
        (glyph != 0).then_some(glyph)
    }
}

/// The shaper's word for a direction.
pub(crate) fn direction(rtl: bool) -> Direction {
    if rtl { Direction::RightToLeft } else { Direction::LeftToRight }
}
