//! The AI systems, each with its switch.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{
    governance::{AiSystemState, AiSystemView, EditAiSystem},
    page::Page,
    permissions::Permission,
};

use crate::{
    api::SignedIn,
    components::{Empty, Fetch, Refusal, Switch, Work, fetched},
    logic::words,
    state::{Notices, Session},
};

/// The list.
#[component]
pub fn Systems() -> impl IntoView {
    let systems = fetched(|api| async move { api.list_systems().await });
    view! {
        <section class="card" aria-labelledby="systems-title">
            <h2 id="systems-title">"In use"</h2>
            <Fetch
                of=systems
                view={move |page: Page<AiSystemView>| {
                    if page.items.is_empty() {
                        return view! { <Empty icon="chip" title="No AI system is registered"/> }.drawn();
                    }
                    view! {
                        <ul class="plain">
                            {page.items.into_iter().map(|system| view! { <Row system/> }).collect_view()}
                        </ul>
                    }
                    .drawn()
                }}
            />
        </section>
    }
    .drawn()
}

#[component]
fn Row(system: AiSystemView) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let id = system.id;
    let live = RwSignal::new(system.state == AiSystemState::Live);
    let switch = move |on: bool| {
        let form = EditAiSystem { state: if on { AiSystemState::Live } else { AiSystemState::Off } };
        work.run(async move { api.switch_system(id, &form).await }, move |changed| {
            notices.say(if on { "Switched on" } else { "Switched off: every call is now refused" });
            live.set(changed.state == AiSystemState::Live);
        });
    };
    view! {
        <li class="consent">
            <div class="grow">
                <p><strong>{system.name.clone()}</strong> " " <span class="badge">{words::purpose(system.purpose)}</span></p>
                <p class="hint">{system.version} ", run by " {system.vendor}</p>
                <Refusal of=work.failure()/>
            </div>
            <Switch
                label=system.name
                on=live
                on_switch=switch
                disabled=Signal::derive(move || work.is_busy() || !session.may(Permission::WriteGovernance))
            />
        </li>
    }
    .drawn()
}
