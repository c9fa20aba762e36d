//! Note formats: which sections a note has.

use serde::{Deserialize, Serialize};

words! {
    /// The built-in note formats.
    pub enum NoteFormat {
        /// Subjective, objective, assessment, plan.
        Soap => "soap",
        /// Data, assessment, plan.
        Dap => "dap",
        /// Behaviour, intervention, response, plan.
        Birp => "birp",
    }
}

/// One section of a format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SectionView {
    /// Stable key, e.g. `subjective`.
    pub key: String,
    /// Title shown.
    pub title: String,
    /// Shown while the section is empty: nothing is assumed.
    pub prompt: String,
}

/// A format as the app shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TemplateView {
    /// Its key: the `template_id` of drafts and notes.
    pub id: NoteFormat,
    /// Name shown.
    pub title: String,
    /// Its sections, in order.
    pub sections: Vec<SectionView>,
}

impl NoteFormat {
    /// The sections of the format: key, title, and what an empty one says. Risk and medication
    /// belong to every format, first among the sections, so that nobody scrolls past them.
    pub const fn sections(self) -> &'static [(&'static str, &'static str, &'static str)] {
        const RISK: (&str, &str, &str) = ("risk", "Risk", "Not discussed");
        const MEDICATION: (&str, &str, &str) = ("medication", "Medication", "Not discussed");
        const MENTAL_STATUS: (&str, &str, &str) = ("mental_status", "Mental status", "Not assessed");
        match self {
            Self::Soap => &[
                RISK,
                MEDICATION,
                ("subjective", "Subjective", "Not discussed"),
                ("objective", "Objective", "Not assessed"),
                MENTAL_STATUS,
                ("assessment", "Assessment", "Not assessed"),
                ("plan", "Plan", "Not discussed"),
            ],
            Self::Dap => &[
                RISK,
                MEDICATION,
                ("data", "Data", "Not discussed"),
                MENTAL_STATUS,
                ("assessment", "Assessment", "Not assessed"),
                ("plan", "Plan", "Not discussed"),
            ],
            Self::Birp => &[
                RISK,
                MEDICATION,
                ("behaviour", "Behaviour", "Not discussed"),
                MENTAL_STATUS,
                ("intervention", "Intervention", "Not discussed"),
                ("response", "Response", "Not discussed"),
                ("plan", "Plan", "Not discussed"),
            ],
        }
    }

    /// The name shown.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Soap => "SOAP",
            Self::Dap => "DAP",
            Self::Birp => "BIRP",
        }
    }

    /// The format as the app shows it.
    pub fn view(self) -> TemplateView {
        TemplateView {
            id: self,
            title: self.title().to_owned(),
            sections: self
                .sections()
                .iter()
                .map(|(key, title, prompt)| SectionView {
                    key: (*key).to_owned(),
                    title: (*title).to_owned(),
                    prompt: (*prompt).to_owned(),
                })
                .collect(),
        }
    }
}
