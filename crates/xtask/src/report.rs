//! Runs steps one after the other, goes on when one fails, and sums up at the end, where whoever
//! reads only the end of a long log also finds why.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// The steps so far: each with its title, its time, and how it ended.
#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<(String, Duration, Result<()>)>,
}

impl Report {
    /// Runs a step and notes how it ended. A failure is shown at once.
    pub fn check(&mut self, title: &str, step: impl FnOnce() -> Result<()>) {
        println!("\n== {title}");
        let begun = Instant::now();
        let result = step();
        if let Err(error) = &result {
            crate::process::let_interrupt_finish();
            println!("failed: {error:#}");
        }
        self.rows.push((title.to_owned(), begun.elapsed(), result));
    }

    /// Prints again why steps failed, the table and the closing line; an error when a step failed.
    pub fn finish(self) -> Result<()> {
        for (title, _, result) in &self.rows {
            if let Err(error) = result {
                println!("\n== {title} failed: {error:#}");
            }
        }
        println!("\n{:<46} {:>8}  result", "step", "seconds");
        for (title, time, result) in &self.rows {
            let result = if result.is_ok() { "passed" } else { "FAILED" };
            println!("{title:<46} {:>8.1}  {result}", time.as_secs_f64());
        }
        let total: Duration = self.rows.iter().map(|(_, time, _)| *time).sum();
        println!("{:<46} {:>8.1}\n", "together", total.as_secs_f64());
        let failed = self.rows.iter().filter(|(_, _, result)| result.is_err()).count();
        println!("{} passed, {failed} failed", self.rows.len() - failed);
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
    fn steps_that_all_pass_are_no_failure() {
        let mut report = Report::default();
        report.check("one", || Ok(()));
        assert!(report.finish().is_ok());
    }
}
