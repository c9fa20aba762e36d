//! What was said about risk, beside the note: each line is in the note, or somebody has said why not.

use std::{collections::BTreeSet, time::Duration};

use crate::drawn::{Draw, Drawn, changing};
use leptos::{html, prelude::*};
use shared::{
    NoteId, Phi, SegmentId,
    risk::{DismissRisk, DismissalReason, RiskLine},
};
use wasm_bindgen::JsCast as _;

use super::{editor::Editor, evidence::Quotes};
use crate::{
    api::SignedIn,
    components::{Autogrow, Choice, Dialog, Icon, Loaded, Moment, Refusal, Submit, Work, fetched},
    logic::{note::plural, risk, words},
    pages::sessions::{Desk, Player},
};

/// A note that is being written.
#[derive(Clone, Copy)]
struct Written {
    /// The lines that its sentences cite.
    cited: Memo<BTreeSet<SegmentId>>,
    /// Adds words that were said, with what supports them.
    quote: Callback<(String, Vec<SegmentId>)>,
}

/// The lines of a note's session, and how the note on the screen answers them.
#[derive(Clone, Copy)]
pub struct Review {
    id: NoteId,
    /// What the server found.
    found: Loaded<Vec<RiskLine>>,
    /// The note on the screen; `None`: it is signed.
    written: Option<Written>,
    /// The lines that nothing answers yet.
    open: Memo<usize>,
    summary: NodeRef<html::Summary>,
}

impl Review {
    /// Asks for the lines once there is a transcript, and again whenever it is corrected.
    pub fn of(id: NoteId, desk: Desk, editor: Option<Editor>) -> Self {
        let revision = Memo::new(move |_| desk.transcript.here().flatten().map(|one| one.revision));
        let found = fetched(move |api| {
            let said = revision.get().is_some();
            async move { if said { api.load_risk(id).await.map(|review| review.lines) } else { Ok(Vec::new()) } }
        });
        // A sentence outlives the button that added it, which goes when its line is answered.
        let owner = Owner::current();
        let written = editor.map(|editor| Written {
            cited: Memo::new(move |_| editor.cited()),
            quote: Callback::new(move |(text, evidence)| {
                let quote = || editor.quote_risk(text, evidence);
                if let Some(owner) = &owner { owner.with(quote) } else { quote() }
            }),
        });
        let open = Memo::new(move |_| {
            let (lines, cited) = (found.here().unwrap_or_default(), written.map(|it| it.cited.get()));
            lines.iter().filter(|line| is_open(line, cited.as_ref())).count()
        });
        Self { id, found, written, open, summary: NodeRef::new() }
    }

    /// How many lines nothing answers yet.
    pub fn open(self) -> usize {
        self.open.get()
    }

    /// Brings whoever asks to the lines.
    pub fn show(self) {
        set_timeout(
            move || {
                if let Some(summary) = self.summary.get_untracked() {
                    if let Some(details) = summary.parent_element() {
                        let _ = details.set_attribute("open", "");
                    }
                    summary.scroll_into_view();
                    let _ = summary.focus();
                }
            },
            Duration::ZERO,
        );
    }
}

/// By what is on the screen, or of a signed note by what the server says.
fn is_open(line: &RiskLine, cited: Option<&BTreeSet<SegmentId>>) -> bool {
    cited.map_or_else(|| line.is_open(), |cited| risk::is_open(line, cited))
}

/// The lines; nothing where there are none.
#[component]
pub fn RiskLines(review: Review, desk: Desk, player: Player) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let lines = review.found.here().unwrap_or_default();
        lines.iter().filter_map(|line| line.segment_ids.first().copied()).collect::<Vec<_>>()
    });
    let some = Memo::new(move |_| lines.with(|lines| !lines.is_empty()));
    let (asking, dismissed) = (RwSignal::new(false), StoredValue::new(None::<SegmentId>));
    let dismiss = Callback::new(move |first| {
        dismissed.set_value(Some(first));
        asking.set(true);
    });
    let count = move || match review.open() {
        0 => view! { <span class="badge good"><Icon name="check"/>"All answered"</span> }.drawn(),
        open => view! { <span class="badge warn">{plural(open, "line open", "lines open")}</span> }.drawn(),
    };
    view! {
        {changing(move || some.get().then(|| view! {
            <details class="risk-lines" open=review.open.get_untracked() != 0>
                <summary node_ref=review.summary>
                    <Icon name="alert"/>
                    "Said about risk "
                    <span role="status">{count}</span>
                </summary>
                <p class="hint">
                    "Found by word lists, also where it was asked or denied. Before the note is signed, each is one of its sources or dismissed with a reason."
                </p>
                <ul>
                    <For each=move || lines.get() key=|first| *first let:first>
                        <LineRow first review desk player dismiss/>
                    </For>
                </ul>
            </details>
        }))}
        <Dialog open=asking id="dismiss-title" title="Why does this need no place in the note?">
            {dismissed.get_value().map(|first| view! { <DismissForm review first open=asking/> })}
        </Dialog>
    }
    .drawn()
}

#[component]
fn LineRow(
    first: SegmentId,
    review: Review,
    desk: Desk,
    player: Player,
    dismiss: Callback<SegmentId>,
) -> impl IntoView {
    let line = Memo::new(move |_| {
        review.found.here()?.into_iter().find(|line| line.segment_ids.first() == Some(&first))
    });
    view! {
        <li class="risk-line" tabindex="-1" id=row_id(first)>
            {changing(move || line.get().map(|line| {
                let topics: Vec<_> = line.topics.iter().map(|topic| words::risk_topic(*topic)).collect();
                view! {
                    <h3>{topics.join(", ")} {words::risk_manner(line.manner)}</h3>
                    <Quotes evidence=Signal::stored(risk::with_answer(&line)) desk player/>
                    <Answered line first review desk dismiss/>
                }
            }))}
        </li>
    }
    .drawn()
}

/// How the note answers a line, or what can be done.
#[component]
fn Answered(
    line: RiskLine,
    first: SegmentId,
    review: Review,
    desk: Desk,
    dismiss: Callback<SegmentId>,
) -> impl IntoView {
    let line = StoredValue::new(line);
    let cited = Memo::new(move |_| match review.written {
        Some(written) => line.with_value(|line| written.cited.with(|cited| risk::is_cited(line, cited))),
        None => line.with_value(|line| line.cited),
    });
    let add = move |_| {
        let transcript = desk.transcript.here_untracked().flatten();
        if let (Some(written), Some(transcript)) = (review.written, transcript) {
            let quoted = line.with_value(risk::with_answer);
            written.quote.run((risk::quotation(&transcript, &quoted), quoted));
        }
    };
    let answer = move || {
        let (dismissal, writes) = (line.with_value(|line| line.dismissal.clone()), review.written.is_some());
        match (cited.get(), dismissal) {
            (true, _) => view! { <span class="badge good"><Icon name="check"/>"In the note"</span> }.drawn(),
            (false, Some(dismissal)) => view! {
                <p class="hint grow">
                    "Dismissed by " {dismissal.dismissed_by_name.into_inner()} ", "
                    <Moment at=dismissal.dismissed_at/> ": "
                    {reason(dismissal.reason, dismissal.words)}
                </p>
                {writes.then(|| view! { <TakeBack review first/> })}
            }
            .drawn(),
            (false, None) if writes => view! {
                <button type="button" class="small" on:click=add><Icon name="plus"/>"Add to note"</button>
                <button type="button" class="small" on:click=move |_| dismiss.run(first)>"Dismiss…"</button>
            }
            .drawn(),
            (false, None) => view! { <span class="badge warn">"Not in the note"</span> }.drawn(),
        }
    };
    view! { <div class="row">{answer}</div> }.drawn()
}

fn row_id(first: SegmentId) -> String {
    format!("risk-{first}")
}

/// Puts the focus on a line: the button that had it is gone.
fn focus(first: SegmentId) {
    let focus = move || {
        let row = document().get_element_by_id(&row_id(first));
        if let Some(row) = row.and_then(|row| row.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = row.focus();
        }
    };
    set_timeout(focus, Duration::ZERO);
}

/// The person's own words, or else what was chosen.
fn reason(reason: DismissalReason, own: Option<Phi<String>>) -> String {
    let chosen = words::dismissal_reason(reason);
    match (reason, own) {
        (DismissalReason::OwnWords, Some(own)) => own.into_inner(),
        (_, Some(own)) => format!("{chosen}. {}", own.into_inner()),
        (_, None) => chosen.to_owned(),
    }
}

#[component]
fn TakeBack(review: Review, first: SegmentId) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let take_back = move |_| {
        work.run(async move { api.dismiss_risk((review.id, first), None).await }, move |()| {
            review.found.ask_again();
            focus(first);
        });
    };
    view! {
        <button type="button" class="small" disabled=move || work.is_busy() on:click=take_back>"Take back"</button>
        <Refusal of=work.failure()/>
    }
    .drawn()
}

#[component]
fn DismissForm(review: Review, first: SegmentId, open: RwSignal<bool>) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let chosen = RwSignal::new(DismissalReason::Idiom);
    let own = RwSignal::new(String::new());
    let area = NodeRef::<html::Textarea>::new();
    let work = Work::new();
    let missing = Signal::derive(move || {
        chosen.get() == DismissalReason::OwnWords && own.with(|own| own.trim().is_empty())
    });
    let options = DismissalReason::ALL
        .iter()
        .map(|one| (one.as_str().to_owned(), words::dismissal_reason(*one).to_owned()))
        .collect::<Vec<_>>();
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let words = own.with_untracked(|own| own.trim().to_owned());
        let words = (!words.is_empty()).then(|| Phi::new(words));
        let form = DismissRisk { reason: chosen.get_untracked(), words };
        work.run(async move { api.dismiss_risk((review.id, first), Some(form)).await }, move |()| {
            open.set(false);
            review.found.ask_again();
            focus(first);
        });
    };
    view! {
        <form on:submit=submit>
            <Choice
                label="Reason" id="dismissal-reason" options
                value=Signal::derive(move || chosen.get().as_str().to_owned())
                on_choose=move |word: String| if let Some(reason) = DismissalReason::from_word(&word) { chosen.set(reason) }
            />
            <div class="field">
                <Autogrow label="In your words" value=own area max=500 placeholder="In your words"/>
            </div>
            <p class="hint">"It stands beside the note with your name, and can be taken back until the note is signed."</p>
            <Refusal of=work.failure()/>
            <div class="actions">
                <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                <Submit label="Dismiss" work disabled=missing/>
            </div>
        </form>
    }
    .drawn()
}

/// Stands in the place of the signature while lines are open.
pub fn still_open(review: Review, open: RwSignal<bool>) -> Drawn {
    let show = move |_| {
        open.set(false);
        review.show();
    };
    view! {
        <p class="banner warn">
            <Icon name="alert"/>
            {changing(move || format!("{} neither in the note nor dismissed.", plural(
                review.open(),
                "line about risk is",
                "lines about risk are",
            )))}
        </p>
        <div class="actions">
            <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
            <button type="button" class="primary" on:click=show>"Show what is open"</button>
        </div>
    }
    .drawn()
}
