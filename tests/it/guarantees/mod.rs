//! What holds for every operation there is. The operations are read from the description of the API,
//! so that a new one without its entry in [`catalogue`] fails here first.

mod arrows;
mod audit;
mod authorization;
pub mod catalogue;
mod documents;
mod locks;
mod marks;
mod migrations;
pub mod operations;
pub mod tenancy;
mod walls;
pub mod world;
