//! The AI systems: what each is for, where what goes in goes to, its switch, and which of them is used.

use crate::drawn::{Draw, Drawn};
use leptos::prelude::*;
use shared::{
    governance::{AiPurpose, AiSystemState, AiSystemView, EditAiSystem},
    page::Page,
    permissions::Permission,
};

use super::{explain::Explain, own, terms};
use crate::{
    api::{Call, SignedIn},
    components::{Empty, Fetch, Form, Input, Loaded, Refusal, Switch, Work, day, fetched},
    logic::words,
    state::{Notices, Session},
};

/// The list.
#[component]
pub fn Systems() -> impl IntoView {
    let systems = fetched(|api| async move { api.list_systems().await });
    let may = expect_context::<Session>().may(Permission::WriteGovernance);
    view! {
        <section class="card" aria-labelledby="systems-title">
            <h2 id="systems-title">"Systems"</h2>
            <Fetch
                of=systems
                view={move |page: Page<AiSystemView>| {
                    if page.items.is_empty() {
                        return view! { <Empty icon="chip" title="No AI system is registered"/> }.drawn();
                    }
                    let all = page.items;
                    let rows = AiPurpose::ALL.iter().copied().map(|purpose| {
                        let of: Vec<_> = all.iter().filter(|system| system.purpose == purpose).cloned().collect();
                        let in_use = in_use(&of);
                        let several = of.len() > 1 && purpose != AiPurpose::Other;
                        let rows = of.into_iter().map(|system| {
                            let used = several && Some(system.id) == in_use;
                            view! { <Row system used several systems/> }
                        });
                        rows.collect_view()
                    });
                    let rows: Vec<_> = rows.collect();
                    view! {
                        <ul class="plain">{rows}</ul>
                        {may.then(|| own::register(systems))}
                    }
                    .drawn()
                }}
            />
        </section>
    }
    .drawn()
}

/// The one that is chosen, or else the one of this computer.
fn in_use(of: &[AiSystemView]) -> Option<shared::AiSystemId> {
    let used = of.iter().find(|system| system.chosen).or_else(|| of.iter().find(|system| system.local));
    used.map(|system| system.id)
}

/// Where what goes in goes to.
fn whereto(system: &AiSystemView) -> String {
    let what = match system.purpose {
        AiPurpose::Transcription | AiPurpose::Speakers => "The sound of sessions",
        AiPurpose::Drafting => "What was said in sessions",
        AiPurpose::Other if system.agreement_on.is_none() => {
            return format!(
                "{} gets what is made up, and nothing of a client: there is no agreement with them.",
                system.vendor
            );
        }
        AiPurpose::Other => "What your programs ask",
    };
    if system.local {
        return format!("{what} stays on this computer.");
    }
    let since = system.agreement_on.map(|on| format!(", with whom there is an agreement of {}", day(on)));
    format!(
        "{what} leaves this computer, encrypted on its way, to {}{}.",
        system.vendor,
        since.unwrap_or_default()
    )
}

#[component]
fn Row(
    system: AiSystemView,
    /// Whether it is the one in use, where there are several.
    used: bool,
    several: bool,
    systems: Loaded<Page<AiSystemView>>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let id = system.id;
    let may = session.may(Permission::WriteGovernance);
    let live = system.state == AiSystemState::Live;
    let edit = move |form: EditAiSystem, said: &'static str| {
        work.run(async move { api.switch_system(id, &form).await }, move |_| {
            notices.say(said);
            systems.ask_again();
        });
    };
    let switch = move |on: bool| {
        let state = Some(if on { AiSystemState::Live } else { AiSystemState::Off });
        let said = if on { "Switched on" } else { "Switched off: every call is now refused" };
        edit(EditAiSystem { state, ..EditAiSystem::default() }, said);
    };
    let choose = move |_| {
        edit(EditAiSystem { chosen: Some(true), ..EditAiSystem::default() }, "Used from now on");
    };
    let to_agree = may && !live && !system.local && system.own.is_none() && system.agreement_on.is_none();
    let terms = terms::told(&system);
    let edit_terms = (may && !to_agree).then(|| terms::edit(&system, systems));
    view! {
        <li class="consent">
            <div class="grow">
                <p>
                    <strong>{system.name.clone()}</strong> " "
                    <span class="badge">{words::purpose(system.purpose)}</span> " "
                    {used.then(|| view! { <span class="badge good">"In use"</span> })}
                </p>
                <p class="hint">{system.version.clone()} ", run by " {system.vendor.clone()}</p>
                <p class="hint">{whereto(&system)}</p>
                {(!terms.is_empty()).then(|| view! { <p class="hint">{terms}</p> })}
                {system.own.as_ref().map(|own| own::told(own, &system.key))}
                {to_agree.then(|| agree(&system, work, systems))}
                <Refusal of=work.failure()/>
                {edit_terms}
                {(may && system.own.is_some()).then(|| own::replace_key(&system, systems))}
                <Explain system=id/>
                {(may && several && live && !used).then(|| view! {
                    <div class="actions">
                        <button type="button" disabled=move || work.is_busy() on:click=choose>"Use this one"</button>
                    </div>
                })}
            </div>
            {(!to_agree).then(|| view! {
                <Switch
                    label=system.name
                    on=Signal::derive(move || live)
                    on_switch=switch
                    disabled=Signal::derive(move || work.is_busy() || !may)
                />
            })}
        </li>
    }
    .drawn()
}

/// What has to be said before anything goes elsewhere.
fn agree(system: &AiSystemView, work: Work, systems: Loaded<Page<AiSystemView>>) -> Drawn {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let path = format!("/governance/systems/{}", system.id);
    let inputs = vec![Input {
        hint: "A business associate agreement, or its like where you are. Without it nothing may go there.",
        ..Input::today("agreement_on", "Agreement signed on")
    }];
    let send = move |filled: String| {
        let body = filled.replacen('{', r#"{"state":"live","#, 1);
        let call = Call::new("PATCH", path.clone()).text(&body);
        work.run(api.text(call), move |_| {
            notices.say("Switched on");
            systems.ask_again();
        });
    };
    view! {
        <details>
            <summary>"Switch on"</summary>
            <Form inputs label="Switch on" work on_send=send/>
        </details>
    }
    .drawn()
}
