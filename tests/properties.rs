//! What holds for all texts and all pipelines, tried on thousands of them; what fails is shrunk to its least form.

mod pipelines;
mod reading;
mod texts;
mod trees;
