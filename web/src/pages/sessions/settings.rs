//! When and where the session took place, and who was there: shown, and changed in place.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::encounters::{EditEncounter, Modality, Setting};

use super::Desk;
use crate::{
    api::SignedIn,
    components::{Choice, Icon, Moment, Refusal, Work},
    logic::words,
};

/// One line of facts.
#[component]
pub fn Settings(
    /// The session.
    desk: Desk,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let save = move |form: EditEncounter| {
        work.run(async move { api.edit_encounter(desk.id, &form).await }, move |encounter| {
            desk.encounter.put(encounter);
        });
    };
    let locked = Memo::new(move |_| desk.encounter.here().is_some_and(|one| one.locked));
    let here = Memo::new(move |_| desk.encounter.here().is_some());
    let modality = Signal::derive(move || {
        desk.encounter.here().map(|one| one.modality.as_str().to_owned()).unwrap_or_default()
    });
    let setting = Signal::derive(move || {
        desk.encounter.here().map(|one| one.setting.as_str().to_owned()).unwrap_or_default()
    });
    let modalities =
        || Modality::ALL.iter().map(|one| (one.as_str().to_owned(), words::modality(*one).to_owned()));
    let settings =
        || Setting::ALL.iter().map(|one| (one.as_str().to_owned(), words::setting(*one).to_owned()));
    view! {
        <div class="session-facts">
            {changing(move || desk.encounter.here().map(|one| view! {
                <span class="muted"><Moment at=one.started_at.unwrap_or(one.created_at)/></span>
            }))}
            {changing(move || here.get().then(|| if locked.get() {
                desk.encounter
                    .here_untracked()
                    .map(|one| view! {
                        <span class="muted">{words::modality(one.modality)} ", " {words::setting(one.setting).to_lowercase()}</span>
                        <span class="badge good"><Icon name="lock"/>"Locked by signature"</span>
                    })
                    .drawn()
            } else {
                view! {
                    <Choice
                        label="Who is in the room" id="modality" quiet=true options=modalities().collect()
                        value=modality
                        on_choose=move |word: String| {
                            save(EditEncounter { modality: Modality::from_word(&word), ..EditEncounter::default() });
                        }
                    />
                    <Choice
                        label="Where" id="setting" quiet=true options=settings().collect()
                        value=setting
                        on_choose=move |word: String| {
                            save(EditEncounter { setting: Setting::from_word(&word), ..EditEncounter::default() });
                        }
                    />
                }
                .drawn()
            }))}
            <Refusal of=work.failure()/>
        </div>
    }
    .drawn()
}
