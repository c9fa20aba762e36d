//! The report as it is read.

use chrono::{DateTime, Utc};
use exports::{Block, Paper, WriteError, write_paper};
use shared::{
    Phi,
    decisions::AiOrderView,
    governance::{AiPurpose, AiSystemState},
    reports::{AiOutcomes, AiSummary, AiUse},
};

/// Whose report it is.
#[derive(Debug, Clone)]
pub(super) struct Practice {
    pub(super) name: Phi<String>,
    pub(super) jurisdiction: String,
}

/// The report as a PDF.
pub(super) fn write(summary: &AiSummary, of: Practice, at: DateTime<Utc>) -> Result<Vec<u8>, WriteError> {
    let title = format!("AI use, {} to {}", summary.from, summary.until);
    let blocks = blocks(summary, &title, &of, at);
    let paper = Paper { title, jurisdiction: of.jurisdiction, language: "en".to_owned(), made_at: at };
    write_paper(&paper, &blocks)
}

fn heading(level: u8, text: &str) -> Block {
    Block::Heading(level, text.to_owned())
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn row(label: &str, text: impl Into<String>) -> Block {
    Block::Row(label.to_owned(), text.into())
}

fn blocks(summary: &AiSummary, title: &str, of: &Practice, at: DateTime<Utc>) -> Vec<Block> {
    let total = summary.bars.iter().fold(AiOutcomes::default(), |sum, bar| AiOutcomes {
        succeeded: sum.succeeded + bar.calls.succeeded,
        refused: sum.refused + bar.calls.refused,
        failed: sum.failed + bar.calls.failed,
    });
    let cost: u64 = summary.bars.iter().map(|bar| bar.cost_micro_usd).sum();
    let mut blocks = vec![
        heading(1, title),
        row("Practice", of.name.reveal()),
        row("Place", &of.jurisdiction),
        row("Made on", at.format("%Y-%m-%d %H:%M UTC").to_string()),
        row("Rules", &summary.rules),
        row("Calls", outcomes(total)),
        row("Cost", dollars(cost)),
        paragraph(
            "Every call to an AI system goes through one gateway, which decides by the rules above before the call is made and \
             writes the decision down first. calls.ndjson holds every one of them.",
        ),
        heading(2, "Systems"),
    ];
    for system in &summary.systems {
        blocks.extend(of_system(system));
    }
    blocks.push(heading(2, "Over time"));
    for bar in &summary.bars {
        if bar.calls != AiOutcomes::default() {
            let days = if bar.from == bar.until {
                bar.from.to_string()
            } else {
                format!("{} to {}", bar.from, bar.until)
            };
            blocks.push(row(&days, outcomes(bar.calls)));
        }
    }
    blocks.push(heading(2, "Why calls were refused or failed"));
    if summary.reasons.is_empty() {
        blocks.push(paragraph("None was."));
    }
    for reason in &summary.reasons {
        blocks.push(row(&reason.code, reason.calls.to_string()));
    }
    blocks.push(heading(2, "What the practice ordered"));
    if summary.orders.is_empty() {
        blocks.push(paragraph("Nothing was stopped or set aside."));
    }
    for order in &summary.orders {
        blocks.push(of_order(order));
    }
    blocks
}

fn of_system(system: &AiUse) -> Vec<Block> {
    let purpose = match system.purpose {
        AiPurpose::Transcription => "speech to text",
        AiPurpose::Speakers => "telling voices apart",
        AiPurpose::Drafting => "drafting notes",
        AiPurpose::Other => "what the practice’s programs ask",
    };
    let state = if system.state == AiSystemState::Live { "switched on" } else { "switched off" };
    let whereto = if system.local {
        "what goes in stays on the server".to_owned()
    } else {
        let agreement = match (system.agreement_on, system.agreement_until) {
            (None, _) => "without an agreement, so that nothing goes there".to_owned(),
            (Some(from), None) => format!("by an agreement since {from}"),
            (Some(from), Some(until)) => format!("by an agreement from {from} to {until}"),
        };
        format!("what goes in leaves the server, {agreement}")
    };
    let used = [
        (system.sound_ms, format!("{} minutes of sound", system.sound_ms / 60_000)),
        (system.input_tokens, format!("{} tokens read", system.input_tokens)),
        (system.output_tokens, format!("{} tokens written", system.output_tokens)),
        (system.cost_micro_usd, dollars(system.cost_micro_usd)),
    ];
    let used: Vec<_> = used.into_iter().filter(|(number, _)| *number > 0).map(|(_, text)| text).collect();
    let mut blocks = vec![
        heading(3, &system.name),
        row("For", format!("{purpose}; {state}")),
        row("Run by", format!("{}; {whereto}", system.vendor)),
        row("Version now", &system.version),
        row("Calls", outcomes(system.calls)),
    ];
    if !used.is_empty() {
        blocks.push(row("Used", used.join(", ")));
    }
    blocks
}

fn of_order(order: &AiOrderView) -> Block {
    let what = order.rule.as_ref().map_or("All AI stopped".to_owned(), |rule| format!("{rule} set aside"));
    let until = order.ended_at.map_or("still in force".to_owned(), |at| format!("until {}", at.date_naive()));
    row(&order.made_at.date_naive().to_string(), format!("{what}, {until}: {}", order.reason.reveal()))
}

fn outcomes(calls: AiOutcomes) -> String {
    format!("{} answered, {} refused by a rule, {} failed", calls.succeeded, calls.refused, calls.failed)
}

fn dollars(micro: u64) -> String {
    format!("${}.{:04}", micro / 1_000_000, micro / 100 % 10_000)
}
