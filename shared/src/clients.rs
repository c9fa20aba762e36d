//! Clients: the people who receive therapy.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{ClientId, Phi};

/// `POST /clients`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// First name; 1 to 100 characters.
    pub given_name: Phi<String>,
    /// Last name; 1 to 100 characters.
    pub family_name: Phi<String>,
    /// `YYYY-MM-DD`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// E-mail.
    #[serde(default)]
    pub email: Option<Phi<String>>,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<Phi<String>>,
    /// Pronouns, e.g. `she/her`.
    #[serde(default)]
    pub pronouns: Option<Phi<String>>,
    /// The id that another system knows them by.
    #[serde(default)]
    pub external_id: Option<Phi<String>>,
    /// Where they are, e.g. `US-CA`; the practice's place when left out.
    #[serde(default)]
    pub jurisdiction: Option<String>,
}

/// Filters of `GET /clients`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(default)]
pub struct ClientFilter {
    /// Who is meant: the beginnings of their names in any order, their e-mail or their external id.
    #[cfg_attr(feature = "openapi", param(value_type = Option<String>))]
    pub q: Option<Phi<String>>,
}

/// `PATCH /clients/{id}`: what is left out stays, what is `null` is cleared.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EditClient {
    /// First name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<Phi<String>>,
    /// Last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<Phi<String>>,
    /// Date of birth.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub date_of_birth: Option<Option<Phi<NaiveDate>>>,
    /// E-mail.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub email: Option<Option<Phi<String>>>,
    /// Telephone.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub phone: Option<Option<Phi<String>>>,
    /// Pronouns.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub pronouns: Option<Option<Phi<String>>>,
    /// External id.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub external_id: Option<Option<Phi<String>>>,
}

#[expect(clippy::option_option, reason = "a PATCH tells absent, null and given apart")]
/// Tells a field that is `null` from a field that is not there.
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A client as the app shows them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientView {
    /// Their id.
    pub id: ClientId,
    /// First name.
    pub given_name: Phi<String>,
    /// Last name.
    pub family_name: Phi<String>,
    /// Date of birth.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = Date))]
    pub date_of_birth: Option<Phi<NaiveDate>>,
    /// E-mail.
    pub email: Option<Phi<String>>,
    /// Telephone.
    pub phone: Option<Phi<String>>,
    /// Pronouns.
    pub pronouns: Option<Phi<String>>,
    /// The id that another system knows them by.
    pub external_id: Option<Phi<String>>,
    /// Where they are.
    pub jurisdiction: String,
    /// Since when they are here.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}
