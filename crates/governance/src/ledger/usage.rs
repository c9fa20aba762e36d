//! What calls used, and what that costs.

/// What a call used of an engine: what its price is counted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Milliseconds of sound that it heard.
    pub sound_ms: Option<u64>,
    /// Tokens that a model read.
    pub input_tokens: Option<u64>,
    /// Tokens that it wrote.
    pub output_tokens: Option<u64>,
}

/// What an engine elsewhere costs, in US dollars, as the operator has been told. What has no price costs an unknown sum.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Prices {
    /// An hour of sound.
    pub sound_hour: Option<f64>,
    /// A million tokens read.
    pub million_input_tokens: Option<f64>,
    /// A million tokens written.
    pub million_output_tokens: Option<f64>,
}

impl Prices {
    /// What that costs, in millionths of a dollar; `None` where something of it has no price.
    pub fn of(&self, usage: Usage) -> Option<u64> {
        let parts = [
            (usage.sound_ms, self.sound_hour, 3_600_000.0),
            (usage.input_tokens, self.million_input_tokens, 1_000_000.0),
            (usage.output_tokens, self.million_output_tokens, 1_000_000.0),
        ];
        let used = parts.into_iter().filter_map(|(used, price, unit)| Some((used?, price, unit)));
        let costs: Option<Vec<f64>> =
            used.map(|(used, price, unit)| Some(used as f64 / unit * price? * 1_000_000.0)).collect();
        let costs = costs.filter(|costs| !costs.is_empty())?;
        Some(costs.iter().sum::<f64>().round() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_costs_the_sum_of_what_it_used() {
        let model = Prices {
            million_input_tokens: Some(0.28),
            million_output_tokens: Some(0.42),
            ..Prices::default()
        };
        let tokens = Usage { input_tokens: Some(12_000), output_tokens: Some(1_000), ..Usage::default() };
        assert_eq!(model.of(tokens), Some(3_780));
        let ears = Prices { sound_hour: Some(0.37), ..Prices::default() };
        let session = Usage { sound_ms: Some(3_000_000), ..Usage::default() };
        assert_eq!(ears.of(session), Some(308_333));
        let half = Prices { million_input_tokens: Some(0.28), ..Prices::default() };
        assert_eq!(half.of(tokens), None, "half a price is none");
        assert_eq!((Prices::default().of(session), ears.of(Usage::default())), (None, None));
    }
}
