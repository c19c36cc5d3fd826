//! What whoever edits a text is told while it is typed, at the prompt and in editors: what may stand at a place, what each
//! piece is, and the page of a name.
//!
//! | room | what it holds |
//! |---|---|
//! | `complete` | what may stand at the cursor |
//! | `names` | what each piece of a text is, by the names that are known |
//! | `pages` | a name of the catalog as Markdown (pure) |
//! | `values` | names that answers have shown (pure) |

pub mod complete;
pub mod names;
pub mod pages;
pub mod values;
