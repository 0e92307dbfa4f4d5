//! What tests share: nothing here is part of the product.

pub mod md;
