//! By what the session is heard and its notes are drafted, and whether anything leaves this computer for that.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    AiSystemId,
    governance::{AiPurpose, ChooseForSession, SessionSystem},
    page::Page,
};

use crate::{
    api::SignedIn,
    components::{Choice, Fetch, Refusal, Work, fetched},
    pages::sessions::Desk,
};

/// A line for each purpose.
#[component]
pub fn Engines(desk: Desk) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let work = Work::new();
    let systems = fetched(move |api| async move { api.list_session_systems(desk.id).await });
    let choose = Callback::new(move |(purpose, word): (AiPurpose, String)| {
        let form = ChooseForSession { purpose, system_id: word.parse::<AiSystemId>().ok() };
        let chosen = async move { api.choose_session_system(desk.id, &form).await };
        work.run(chosen, move |page| {
            systems.put(page);
        });
    });
    view! {
        <Fetch
            of=systems
            view={move |page: Page<SessionSystem>| {
                let lines = [AiPurpose::Transcription, AiPurpose::Drafting].map(|purpose| {
                    line(purpose, page.items.iter().filter(|system| system.purpose == purpose), choose)
                });
                Vec::from(lines)
            }}
        />
        <Refusal of=work.failure()/>
    }
    .drawn()
}

fn line<'a>(
    purpose: AiPurpose,
    all: impl Iterator<Item = &'a SessionSystem>,
    choose: Callback<(AiPurpose, String)>,
) -> Drawn {
    let all: Vec<_> = all.collect();
    let Some(used) = all.iter().find(|system| system.used) else { return ().drawn() };
    let (label, what) = match purpose {
        AiPurpose::Drafting | AiPurpose::Other => ("Drafted by", "What was said"),
        AiPurpose::Transcription | AiPurpose::Speakers => ("Heard by", "The sound"),
    };
    let whereto = if used.local {
        format!("{what} stays on this computer.")
    } else {
        format!("{what} leaves this computer, encrypted on its way, to {}.", used.vendor)
    };
    let by = if all.len() > 1 {
        let options = all.iter().map(|system| (system.id.to_string(), format!("{label} {}", system.name)));
        let value = Signal::stored(used.id.to_string());
        let on_choose = move |word| choose.run((purpose, word));
        view! { <Choice label id=purpose.as_str() quiet=true options=options.collect() value on_choose/> }
            .drawn()
    } else {
        view! { <span>{label} " " {used.name.clone()} "."</span> }.drawn()
    };
    view! { <div class="row center">{by} <span class="muted">{whereto}</span></div> }.drawn()
}
