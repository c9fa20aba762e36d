//! What stands around every page: where one can go, who one is, how the line is, what is being recorded.

use crate::drawn::{Draw, changing};
use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::hooks::use_location;
use shared::permissions::Permission;

use super::{emergency::EmergencyBanner, shortcuts::Shortcuts, step_up::step_up_dialog};
use crate::{
    api::{Call, SignedIn, list, read, text},
    components::{Choice, Icon},
    logic::time,
    state::{Capture, Connection, Line, Notices, Session, capture::Doing},
};

/// The frame.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let main = NodeRef::<html::Main>::new();
    let path = use_location().pathname;
    let bare = move || session.me().is_none() || path.with(|path| path.ends_with("/print"));
    view! {
        <a
            class="skip"
            href="#main"
            on:click=move |event| {
                event.prevent_default();
                if let Some(main) = main.get() {
                    let _ = main.focus();
                }
            }
        >
            "Skip to content"
        </a>
        <div class="frame" class:bare=bare>
            {changing(move || (!bare()).then(|| view! { <Side/> }))}
            <div class="stage">
                <LineBanner/>
                {changing(move || (!bare()).then(|| view! { <EmergencyBanner/> }))}
                <CapturePill/>
                <main id="main" tabindex="-1" node_ref=main>{children()}</main>
            </div>
        </div>
        <div class="notice" role="status" class:shown=move || !notices.text().is_empty()>
            {changing(move || notices.text())}
        </div>
        <Shortcuts/>
        {step_up_dialog()}
    }
}

#[component]
fn Side() -> impl IntoView {
    let session = expect_context::<Session>();
    let notices = expect_context::<Notices>();
    let name = move || session.me().map(|me| me.user.name.into_inner());
    let practice = move || session.me().map(|me| me.practice.name.into_inner());
    let practices = RwSignal::new(Vec::<(String, String)>::new());
    spawn_local(async move {
        if let Ok(answer) = SignedIn::of(session).text(Call::get("/me/practices")).await {
            let items = list(&read(&answer), "items");
            practices.try_set(items.iter().map(|it| (text(&it, "id"), text(&it, "name"))).collect());
        }
    });
    let here = Signal::derive(move || session.me().map(|me| me.practice.id.to_string()).unwrap_or_default());
    let choose = move |practice: String| {
        spawn_local(async move {
            if let Err(failure) = session.switch(practice).await {
                notices.say(failure.sentence());
            }
        });
    };
    let path = use_location().pathname;
    let link =
        move |permission: Option<Permission>, href, beginnings: &'static [&'static str], icon, text| {
            let here = move || {
                path.with(|path| beginnings.iter().any(|one| path.starts_with(one))).then_some("page")
            };
            move || {
                permission.is_none_or(|permission| session.may(permission)).then(
                || view! { <li><a href=href aria-current=here><Icon name=icon/><span>{text}</span></a></li> },
            )
            }
        };
    view! {
        <header class="side">
            <a class="brand" href="/"><Mark/><span>"MindScribe"</span></a>
            <nav aria-label="Main">
                <ul>
                    {link(Some(Permission::ReadClients), "/clients", &["/clients", "/sessions"], "people", "Clients")}
                    {link(Some(Permission::ReleaseRecords), "/requests", &["/requests"], "clock", "Requests")}
                    {link(Some(Permission::ReadPeople), "/people", &["/people"], "person", "People")}
                    {link(Some(Permission::WritePractice), "/practice", &["/practice", "/retention"], "house", "Practice")}
                    {link(Some(Permission::ReadGovernance), "/governance", &["/governance"], "chip", "AI systems")}
                    {link(Some(Permission::WriteGovernance), "/incidents", &["/incidents"], "alert", "Incidents")}
                    {link(Some(Permission::ReadAudit), "/audit", &["/audit"], "list", "Audit trail")}
                    {link(None, "/account", &["/account"], "shield", "Your account")}
                </ul>
            </nav>
            <div class="account">
                <p class="who"><span>{name}</span><small>{practice}</small></p>
                {changing(move || (practices.with(Vec::len) > 1).then(|| view! {
                    <Choice
                        label="Practice" id="practice" quiet=true
                        options=practices.get() value=here on_choose=choose
                    />
                }))}
                <button type="button" class="quiet" on:click=move |_| session.lock()>
                    <Icon name="lock"/>
                    <span>"Lock"</span>
                </button>
                <button
                    type="button"
                    class="quiet"
                    on:click=move |_| spawn_local(session.leave())
                >
                    <Icon name="leave"/>
                    <span>"Sign out"</span>
                </button>
            </div>
        </header>
    }
    .drawn()
}

/// The sign of the app: speech that becomes lines.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="9"></rect>
            <path d="M8 13v6M12 9.5v13M16 12v8M20.5 13H25M20.5 17H24M20.5 21h2.5"></path>
        </svg>
    }
}

#[component]
fn LineBanner() -> impl IntoView {
    let connection = expect_context::<Connection>();
    let words = move || match connection.line() {
        Line::Up => None,
        Line::Slow => Some("The server is taking its time. Nothing is lost; we keep waiting."),
        Line::Down => {
            Some("No connection. What you write stays here and is saved when the connection is back.")
        }
    };
    view! {
        <div role="status">
            {changing(move || words().map(|words| view! { <p class="banner warn flat"><Icon name="alert"/>{words}</p> }))}
        </div>
    }
    .drawn()
}

/// A recording or an upload that goes on while another page is open.
#[component]
fn CapturePill() -> impl IntoView {
    let capture = expect_context::<Capture>();
    let path = use_location().pathname;
    let elsewhere = Memo::new(move |_| {
        capture.busy_with().map(|id| format!("/sessions/{id}")).filter(|page| path.with(|path| path != page))
    });
    let words = move || match capture.doing() {
        Doing::Recording => format!("Recording {}", time::clock(capture.elapsed_ms())),
        Doing::Paused => "Recording paused".to_owned(),
        Doing::Interrupted(_) => "A recording was cut off".to_owned(),
        Doing::Sending(sending) => format!("Sending the recording, {} %", sending.progress.percent()),
        _ => "Opening the microphone".to_owned(),
    };
    view! {
        {changing(move || elsewhere.get().map(|page| view! {
            <a class="capture-pill" href=page>
                <span class="pulse" class:still=move || matches!(capture.doing(), Doing::Paused | Doing::Interrupted(_))></span>
                <span>{words}</span>
                <span class="pill-action">"Back to the session"</span>
            </a>
        }))}
    }
    .drawn()
}
