//! A wrapper for anything about a person: it travels as itself and prints as `Phi`.

/// A value about a person. It serialises as the value; it has no `Display`, and `Debug` says only
/// that something is there, so it cannot reach a log line by accident.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Phi<T>(T);

impl<T> Phi<T> {
    /// Wraps a value about a person.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value. Each call is a place to ask: who sees this?
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Takes the value out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Phi<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Phi<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> std::fmt::Debug for Phi<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Phi")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_about_a_person_does_not_print() {
        assert_eq!(format!("{:?}", Phi::<String>::from("Ada")), "Phi");
    }
}
