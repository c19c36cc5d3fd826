//! What the language is made of: descriptors that make up the catalog, the typed plan, and the values that steps hand on.

pub mod catalog;
pub mod cube;
pub mod expr;
pub mod files;
pub mod format;
pub mod frame;
pub mod hidden;
pub mod kept;
pub mod lowering;
pub mod over;
pub mod rel;
pub mod request;
pub mod reshape;
pub mod route;
pub mod schema;
pub mod units;
pub mod value;
pub mod window;
pub mod zone;
