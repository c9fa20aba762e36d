//! How long to wait before trying again after the network failed.

/// The longest wait, in milliseconds.
const LONGEST_MS: u32 = 30_000;

/// Milliseconds to wait before attempt `attempt` (the first retry is 0): doubling from half a
/// second to thirty, spread by `chance` (0 to 1) so that many browsers do not return at once.
pub fn delay_ms(attempt: u32, chance: f64) -> u32 {
    let whole = 500_u32.saturating_mul(1 << attempt.min(6)).min(LONGEST_MS);
    let spread = f64::from(whole) * (0.75 + 0.25 * chance.clamp(0.0, 1.0));
    spread as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_stay_below_half_a_minute() {
        let waits: Vec<u32> = (0..8).map(|attempt| delay_ms(attempt, 1.0)).collect();
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]), "{waits:?}");
        assert_eq!(waits[0], 500);
        assert_eq!(delay_ms(u32::MAX, 1.0), LONGEST_MS);
    }

    #[test]
    fn chance_shortens_a_wait_by_a_quarter_at_most() {
        assert_eq!(delay_ms(2, 0.0), 1_500);
        assert_eq!(delay_ms(2, 1.0), 2_000);
    }
}
