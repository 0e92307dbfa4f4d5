//! Figures that dashboards showed, as history.

use super::parts::field;
use crate::entity::{Entity, FieldKind, Key, Need};

/// The entity.
pub(super) static ENTITY: Entity = Entity {
    code: "dashboard_metrics",
    portal_table: "analytics.dashboard_metrics",
    fields: &[
        field("metric_key", FieldKind::Text, Need::Required, &["metrik", "kunci metrik", "metric", "metric key"]),
        field("dimensions", FieldKind::Json, Need::Optional, &["dimensi", "dimensions"]),
        field("value", FieldKind::Figure, Need::Required, &["nilai", "value"]),
        field("measured_at", FieldKind::Moment, Need::Required, &["tarikh ukur", "diukur", "measured at", "measured"]),
    ],
    keys: &[Key {
        code: "metric",
        fields: &["metric_key", "dimensions", "measured_at"],
        may_be_blank: &["dimensions"],
    }],
    person: None,
    synonyms: &["metrik", "dashboard metrics", "metrics"],
};
