//! Deletions of clients' charts.

pub mod ask;
pub mod list;
pub mod load;
pub mod withdraw;
