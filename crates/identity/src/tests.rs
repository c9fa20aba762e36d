//! Sign-in on a real database.
