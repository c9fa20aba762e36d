//! Incidents with what is kept about people: the register, and the room of one of them.

mod clocks;
mod forms;
mod people;
mod register;
mod room;
mod task;
mod timeline;

pub use register::IncidentsPage;
pub use room::IncidentPage;
