//! The note of a session: none yet, being drafted, being written, or signed.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::{
    NoteId,
    jobs::{JobKind, JobState},
    notes::{NoteStatus, NoteSummary, NoteView},
    permissions::Permission,
    templates::NoteFormat,
};

use super::{
    begin::AskForDraft,
    conflict::{Conflict, SavedWord},
    editor::{Editor, Saved},
    risk::{Review, RiskLines},
    section::SectionPart,
    sentence::Open,
    sign::SignButton,
    signed::SignedNote,
};
use crate::{
    api::SignedIn,
    components::{Choice, Dialog, Empty, Fetch, Icon, Loaded, fetched},
    pages::{
        sessions::{ByHand, Desk, Player},
        shortcuts::ShortcutsOpen,
    },
    state::{Session, Unsaved},
};

/// The pane.
#[component]
pub fn NotePane(desk: Desk, player: Player) -> impl IntoView {
    let all = Memo::new(move |_| desk.notes.here().map(|page| page.items).unwrap_or_default());
    let shown = Memo::new(move |_| {
        all.with(|all| {
            let chosen = desk.chosen.get().filter(|id| all.iter().any(|one| one.id == *id));
            chosen.or_else(|| newest(all))
        })
    });
    view! {
        <DraftProgress desk/>
        {changing(move || match shown.get() {
            Some(id) => view! { <OneNote id all desk player/> }.drawn(),
            None => view! { <NoNote desk/> }.drawn(),
        })}
    }
    .drawn()
}

/// A signed note first, else the one that was changed last.
fn newest(all: &[NoteSummary]) -> Option<NoteId> {
    all.iter().max_by_key(|one| (one.status == NoteStatus::Signed, one.updated_at)).map(|one| one.id)
}

#[component]
fn NoNote(desk: Desk) -> impl IntoView {
    view! {
        <h2 id="note-title" class="visually-hidden">"Note"</h2>
        {changing(move || (!desk.is_working()).then(|| view! {
            <Empty icon="pencil" title="No note yet">
                <p>"Draft one from the transcript; every sentence will show what was said to support it."</p>
                <AskForDraft desk format=NoteFormat::Soap label="Draft the note" on_asked=|()| ()/>
                <ByHand desk/>
            </Empty>
        }))}
    }
    .drawn()
}

/// A draft on its way.
#[component]
fn DraftProgress(desk: Desk) -> impl IntoView {
    let state =
        Memo::new(move |_| desk.job.with(|job| job.as_ref().map(|job| (job.kind, job.state, job.error))));
    let has_note = move || desk.notes.here().is_some_and(|page| !page.items.is_empty());
    let percent = move || desk.job.with(|job| job.as_ref().map_or(0, |job| job.progress));
    view! {
        <div role="status">
            {changing(move || match state.get() {
                Some((_, JobState::Queued | JobState::Running, _)) => view! {
                    <div class="banner accent">
                        <span class="pulse"></span>
                        <span class="grow">"Drafting the note from the transcript"</span>
                        <progress aria-label="Draft" max="100" value=move || percent().to_string()></progress>
                    </div>
                }
                .drawn(),
                Some((kind, JobState::Failed, error)) if kind == JobKind::DraftNote || !has_note() => view! {
                    <p class="banner bad">
                        <Icon name="alert"/>
                        "The draft could not be made. "
                        {error.map(shared::errors::ErrorCode::title)}
                    </p>
                }
                .drawn(),
                _ => ().drawn(),
            })}
        </div>
    }
    .drawn()
}

#[component]
fn OneNote(id: NoteId, all: Memo<Vec<NoteSummary>>, desk: Desk, player: Player) -> impl IntoView {
    let note = fetched(move |api| async move { api.load_note(id).await });
    let refused = RwSignal::new(None::<String>);
    provide_context(Open(RwSignal::new(None)));
    on_cleanup(move || {
        desk.evidence.try_set(Vec::new());
    });
    view! {
        <div role="alert">
            {changing(move || refused.get().map(|words| view! { <p class="banner warn"><Icon name="lock"/>{words}</p> }))}
        </div>
        <Fetch
            of=note
            view={move |shown: NoteView| {
                let locked = shown.status != NoteStatus::Draft;
                if locked {
                    if desk.encounter.here_untracked().is_some_and(|encounter| !encounter.locked) {
                        // Signed just now, perhaps in another window.
                        desk.fetch_again();
                    }
                    view! {
                        <Head shown=shown.clone() all desk/>
                        <SignedNote shown note desk player/>
                    }
                    .drawn()
                } else {
                    view! { <Writing shown note all desk player refused/> }.drawn()
                }
            }}
        />
    }
    .drawn()
}

#[component]
fn Writing(
    shown: NoteView,
    note: Loaded<NoteView>,
    all: Memo<Vec<NoteSummary>>,
    desk: Desk,
    player: Player,
    refused: RwSignal<Option<String>>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let unsaved = expect_context::<Unsaved>();
    let Some(me) = session.me_untracked() else { return ().drawn() };
    let editor = Editor::open(&shown, note, api, unsaved, me.user.id);
    Effect::new(move || {
        if let Saved::No(failure) = editor.saved.get()
            && failure.is(shared::errors::ErrorCode::AlreadySigned)
        {
            refused.set(Some(failure.sentence()));
        }
    });
    Effect::new(move || {
        let Some(transcript) = desk.transcript.here().flatten() else { return };
        let there = |id| transcript.segments.iter().any(|line| line.id == id);
        if transcript.removal.is_none() && !editor.evidence().into_iter().all(there) {
            editor.follow();
        }
    });
    let label = shown.draft_label.clone();
    let on_signed = Callback::new(move |()| {
        desk.encounter.ask_again();
        desk.transcript.ask_again();
        desk.notes.ask_again();
        if let Ok(Some(pane)) = document().query_selector(".pane-note") {
            pane.set_scroll_top(0);
        }
    });
    let review = Review::of(shown.id, desk, Some(editor));
    let parts = editor.parts.get_value();
    let may_sign = session.me_untracked().is_some_and(|me| me.permissions.contains(&Permission::SignNotes));
    let sign = may_sign.then(|| view! { <SignButton editor review note on_signed/> }.drawn());
    view! {
        <Head shown=shown.clone() all desk end=sign>
            <SavedWord editor/>
        </Head>
        {label.map(|label| view! {
            <p class="hint draft-label">
                <Icon name="chip"/>
                {format!("Drafted by this practice's own software ({label}). Check it against what was said: each sentence shows its sources.")}
            </p>
        })}
        {shown.given_back.map(|reason| view! {
            <p class="banner warn"><Icon name="alert"/>"Given back to you: " {reason.into_inner()}</p>
        })}
        <Conflict editor/>
        <RiskLines review desk player/>
        {parts.into_iter().map(|part| view! { <SectionPart part editor desk player/> }).collect_view()}
    }
    .drawn()
}

/// The name of the note, which other notes there are, and what else can be done.
#[component]
fn Head(
    shown: NoteView,
    all: Memo<Vec<NoteSummary>>,
    desk: Desk,
    /// What stands at the end.
    #[prop(optional_no_strip)]
    end: Option<Drawn>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let drafting = RwSignal::new(false);
    let keys = use_context::<ShortcutsOpen>();
    let id = shown.id;
    let format = shown.template_id;
    let signed = shown.status != NoteStatus::Draft;
    let options = move || {
        let all = all.get();
        let count = all.len();
        all.into_iter()
            .enumerate()
            .map(|(place, one)| {
                let state = if one.status == NoteStatus::Draft { "draft" } else { "signed" };
                (one.id.to_string(), format!("{} {state} {}", one.template_id.title(), count - place))
            })
            .collect::<Vec<_>>()
    };
    view! {
        <div class="note-head">
            <h2 id="note-title">{format!("{} note", format.title())}</h2>
            {children.map(|children| children())}
            <span class="grow"></span>
            {changing(move || (all.with(Vec::len) > 1).then(|| view! {
                <Choice
                    label="Note" id="which-note" quiet=true options=options()
                    value=Signal::stored(id.to_string())
                    on_choose=move |word: String| desk.chosen.set(word.parse().ok())
                />
            }))}
            {changing(move || (!signed && desk.transcript.here().flatten().is_some()).then(|| view! {
                <button type="button" class="quiet small" on:click=move |_| drafting.set(true)>"Draft again"</button>
            }))}
            {keys.map(|ShortcutsOpen(open)| view! {
                <button type="button" class="quiet square keys-button" aria-label="Keys" on:click=move |_| open.set(true)>
                    <Icon name="keyboard"/>
                </button>
            })}
            <a class="button quiet square" aria-label="Print view" href=format!("/notes/{id}/print")><Icon name="print"/></a>
            {end}
        </div>
        <Dialog open=drafting id="draft-title" title="Draft again">
            <p class="hint">"A new draft is made from the transcript as it is now, with your corrections."</p>
            <AskForDraft desk format label="Draft" on_asked=move |()| drafting.set(false)/>
        </Dialog>
    }
    .drawn()
}
