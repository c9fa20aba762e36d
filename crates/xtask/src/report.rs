//! Runs steps one after the other, goes on when one fails, and sums up at the end.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Not done, and why.
    Skipped(String),
}

#[derive(Debug)]
enum Row {
    Passed,
    Failed,
    Skipped(String),
}

/// The steps so far.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, Duration, Row)>,
}

impl Report {
    /// Runs a step and notes how it ended. A failure is shown at once.
    pub fn step(&mut self, title: &str, step: impl FnOnce() -> Result<Outcome>) {
        println!("\n== {title}");
        let begun = Instant::now();
        let row = match step() {
            Ok(Outcome::Passed) => Row::Passed,
            Ok(Outcome::Skipped(reason)) => {
                println!("skipped: {reason}");
                Row::Skipped(reason)
            }
            Err(error) => {
                crate::process::let_interrupt_finish();
                println!("failed: {error:#}");
                Row::Failed
            }
        };
        self.rows.push((title.to_owned(), begun.elapsed(), row));
    }

    /// The same for a step that is never skipped.
    pub fn check(&mut self, title: &str, step: impl FnOnce() -> Result<()>) {
        self.step(title, || step().map(|()| Outcome::Passed));
    }

    /// Prints the table and the closing line; an error when a step failed.
    pub fn finish(self) -> Result<()> {
        println!("\n{:<46} {:>8}  result", "step", "seconds");
        let (mut passed, mut failed, mut skipped) = (0, 0, 0);
        for (title, time, row) in &self.rows {
            let result = match row {
                Row::Passed => {
                    passed += 1;
                    "passed".to_owned()
                }
                Row::Failed => {
                    failed += 1;
                    "FAILED".to_owned()
                }
                Row::Skipped(reason) => {
                    skipped += 1;
                    format!("skipped: {reason}")
                }
            };
            println!("{title:<46} {:>8.1}  {result}", time.as_secs_f64());
        }
        let total: Duration = self.rows.iter().map(|(_, time, _)| *time).sum();
        println!("{:<46} {:>8.1}\n", "together", total.as_secs_f64());
        println!("{passed} passed, {failed} failed, {skipped} skipped");
        if failed > 0 {
            bail!("{failed} of {} steps failed", self.rows.len());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failed_step_fails_the_whole_and_the_steps_after_it_still_run() {
        let mut report = Report::default();
        let mut reached = false;
        report.check("one", || bail!("broken"));
        report.check("two", || {
            reached = true;
            Ok(())
        });
        assert!(report.finish().is_err());
        assert!(reached);
    }

    #[test]
    fn a_skipped_step_is_no_failure() {
        let mut report = Report::default();
        report.step("one", || Ok(Outcome::Skipped("no tool".to_owned())));
        assert!(report.finish().is_ok());
    }
}
