//! A signed note: read, checked against what was said, added to.

use crate::drawn::{Draw, Drawn, changing};
use leptos::prelude::*;
use shared::notes::{NoteStatus, NoteView, Section, Signature};

use super::{
    addenda::Addenda,
    co_sign::Answer,
    evidence::{Quotes, sources},
    risk::{Review, RiskLines},
    sentence::OriginBadge,
};
use crate::{
    components::{Icon, Loaded, Moment},
    logic::note,
    pages::sessions::{Desk, Player},
};

/// The note.
#[component]
pub fn SignedNote(shown: NoteView, note: Loaded<NoteView>, desk: Desk, player: Player) -> impl IntoView {
    let open = RwSignal::new(None::<(usize, usize)>);
    let format = shown.template_id;
    view! {
        {(shown.status == NoteStatus::AwaitingCoSignature).then(|| view! {
            <Answer shown=shown.clone() note/>
            <RiskLines review=Review::of(shown.id, desk, None) desk player/>
        })}
        {shown
            .signature
            .iter()
            .chain(&shown.co_signature)
            .map(|signature| view! { <SignatureLine signature=signature.clone()/> })
            .collect_view()}
        {shown
            .sections
            .iter()
            .cloned()
            .enumerate()
            .map(|(place, section)| read_only(place, section, format, open, desk, player))
            .collect_view()}
        <Addenda shown note/>
    }
    .drawn()
}

fn read_only(
    place: usize,
    section: Section,
    format: shared::templates::NoteFormat,
    open: RwSignal<Option<(usize, usize)>>,
    desk: Desk,
    player: Player,
) -> Drawn {
    let empty = section.sentences.is_empty();
    let prompt = note::prompt(format, &section.key);
    let prominent = note::is_prominent(&section.key) && !empty;
    view! {
        <section class="note-section" class:prominent=prominent class:risk=section.key == "risk">
            <h3>{section.title}</h3>
            {empty.then(|| view! { <p class="prompt">{prompt}</p> })}
            <ul class="sentences">
                {section
                    .sentences
                    .into_iter()
                    .enumerate()
                    .map(|(at, sentence)| {
                        let this = (place, at);
                        let evidence = StoredValue::new(sentence.evidence.clone());
                        let count = sentence.evidence.len();
                        let is_open = Memo::new(move |_| open.get() == Some(this));
                        let show = move || {
                            open.set(Some(this));
                            desk.evidence.set(evidence.get_value());
                        };
                        view! {
                            <li
                                class="sentence read"
                                class:open=is_open
                                tabindex="0"
                                data-sentence=""
                                on:focusin=move |_| show()
                            >
                                <p>{sentence.text.into_inner()}</p>
                                <div class="sentence-foot">
                                    <OriginBadge origin=Signal::stored(sentence.origin)/>
                                    {(count > 0).then(|| view! {
                                        <span class="hint"><Icon name="quote"/>{sources(count)}</span>
                                    })}
                                </div>
                                {changing(move || (is_open.get() && count > 0).then(|| view! {
                                    <Quotes evidence=Signal::stored(evidence.get_value()) desk player/>
                                }))}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
    .drawn()
}

/// Who signed, when, and the fingerprint of what was signed.
#[component]
pub fn SignatureLine(
    /// The signature.
    signature: Signature,
) -> impl IntoView {
    view! {
        <div class="signature">
            <Icon name="lock"/>
            <div class="grow">
                <p>
                    "Signed by " <strong>{signature.signer_name.into_inner()}</strong> ", "
                    <Moment at=signature.signed_at/>
                </p>
                <p class="hint hash">"SHA-256 " <code>{signature.sha256}</code></p>
            </div>
        </div>
    }
    .drawn()
}
