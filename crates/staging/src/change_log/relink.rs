//! Leading the references of edited records anew, within the step that edited them.
//!
//! Where a person types another class, the record must leave the old one. And where a class gets its right code, the
//! records that named it and found nothing lead to it. Both are changes of the step: undone and redone with it.

use model::{Entity, Field, FieldKind};

use super::apply::StepWriter;
use crate::landing::Said;
use crate::{Result, records};

/// References that one new key may lead anew within a step; more are left to the pass over all.
const MOST_WAITING: usize = 2_000;

impl StepWriter<'_> {
    /// Leads the references that the flushed cells `edited` (entity, record and field) concern.
    pub(super) fn relink(&mut self, edited: &[(String, i64, String)]) -> Result<()> {
        for (entity, record, field) in edited {
            let entity = records::entity(entity)?;
            if let Some(field) = entity.field(field).filter(|_| names(entity, field)) {
                self.lead_one(entity, field, *record)?;
                self.lead_waiting(entity, field, *record)?;
            }
        }
        Ok(())
    }

    /// Leads a reference to the record that its written key names.
    fn lead_one(&mut self, entity: &'static Entity, field: &'static Field, record: i64) -> Result<()> {
        if !matches!(field.kind, FieldKind::Reference(_)) {
            return Ok(());
        }
        let led = records::led_to(self.connection(), entity, field, record)?;
        let reason = Said { key: "reason.led".to_owned(), args: Vec::new() };
        let link = led.map(|id| id.to_string()).unwrap_or_default();
        self.put(entity.code, record, &format!("{}_id", field.code), &link, Some(&reason))
    }

    /// Leads what named the new key of `record` and found nothing.
    fn lead_waiting(&mut self, target: &'static Entity, key: &'static Field, record: i64) -> Result<()> {
        let value = records::record(self.connection(), target, record)?.value(target, key.code).to_owned();
        if value.is_empty() {
            return Ok(());
        }
        for own in model::entities::ALL {
            for (field, reference) in own.references() {
                if reference.entity == target.code && reference.by.contains(&key.code) {
                    for open in
                        records::open_for(self.connection(), own, field, (target, key.code, &value), MOST_WAITING)?
                    {
                        self.lead_one(own, field, open)?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Whether `field` names another record, or is what others name records of `entity` by.
fn names(entity: &'static Entity, field: &str) -> bool {
    let named = |reference: &model::Reference| reference.entity == entity.code && reference.by.contains(&field);
    entity.references().any(|(own, _)| own.code == field)
        || model::entities::ALL.into_iter().any(|own| own.references().any(|(_, reference)| named(reference)))
}
