//! Making, changing and removing a connection.

use crate::drawn::{Draw, changing};
use leptos::prelude::*;
use shared::{
    Phi,
    permissions::Role,
    sso::{ConnectionKind, GroupRole, SsoSettings},
};

use crate::{
    api::{Call, Connection, SignedIn},
    components::{Choice, Field, Refusal, Submit, Switch, Work},
    logic::words,
    state::Notices,
};

/// The form; of a new connection where there is none.
#[component]
pub fn Form(
    /// What is changed.
    one: Option<Connection>,
    /// Called when it is saved or gone.
    done: Callback<()>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let work = Work::new();
    let texts = |of: fn(&Connection) -> String| RwSignal::new(one.as_ref().map(of).unwrap_or_default());
    let (name, issuer, client_id) =
        (texts(|it| it.name.clone()), texts(|it| it.issuer.clone()), texts(|it| it.client_id.clone()));
    let (domains, claim, groups) =
        (texts(|it| it.domains.clone()), texts(|it| it.groups_claim.clone()), texts(lines));
    let (role, kind) = (texts(|it| it.default_role.clone()), texts(|it| it.kind.clone()));
    let secret = RwSignal::new(String::new());
    let id = StoredValue::new(one.as_ref().map(|it| it.id.clone()).unwrap_or_default());
    let (is_new, used) = (one.is_none(), one.as_ref().is_some_and(|it| it.used));
    let only = RwSignal::new(one.as_ref().is_some_and(|it| it.sso_only));
    if is_new {
        kind.set(ConnectionKind::OpenId.as_str().to_owned());
    }
    let is_workos = move || kind.with(|kind| kind == ConnectionKind::WorkOs.as_str());
    let send = move |call: Call, said: &'static str| {
        work.run(api.send_all(vec![call]), move |()| {
            notices.say(said);
            done.run(());
        });
    };
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let given =
            |text: RwSignal<String>| Some(text.get_untracked().trim().to_owned()).filter(|it| !it.is_empty());
        let settings = SsoSettings {
            kind: ConnectionKind::from_word(&kind.get_untracked()).unwrap_or(ConnectionKind::OpenId),
            name: name.get_untracked(),
            issuer: given(issuer),
            client_id: given(client_id),
            client_secret: given(secret).map(Phi::new),
            domains: domains.with_untracked(|all| split(all)),
            default_role: Role::from_word(&role.get_untracked()),
            groups_claim: given(claim),
            role_mapping: groups.with_untracked(|lines| mapping(lines)),
            sso_only: only.get_untracked(),
        };
        send(SignedIn::save_connection(&id.get_value(), &settings), "The connection is saved");
    };
    let remove = move |_| {
        let path = format!("/sso/connections/{}", id.get_value());
        send(Call::new("DELETE", path), "Nobody comes this way any more");
    };
    let field = move |label, id, value, hint, required: bool| {
        view! { <Field label id value hint required problem=work.about(id)/> }.drawn()
    };
    view! {
        <form on:submit=submit>
            {is_new.then(|| view! {
                <Choice
                    label="Provider" id="kind" value=kind.into() on_choose=move |word| kind.set(word)
                    options=vec![
                        (ConnectionKind::OpenId.as_str().to_owned(), "OpenID Connect".to_owned()),
                        (ConnectionKind::WorkOs.as_str().to_owned(), "WorkOS".to_owned()),
                    ]
                />
            })}
            {field("Name", "name", name, "", true)}
            {changing(move || (!is_workos()).then(|| view! {
                {field("Issuer", "issuer", issuer, "The provider's address, exactly as it writes it.", true)}
                {field("Client ID", "client_id", client_id, "", true)}
                <Field
                    label="Client secret" id="client_secret" kind="password" autocomplete="new-password" value=secret
                    problem=work.about("client_secret")
                    hint=if is_new { "" } else { "Left empty, the one before stays." }
                />
                {field("Groups claim", "groups_claim", claim, "Where the provider writes a person's groups.", false)}
            }))}
            {field("E-mail domains", "domains", domains, "Of your people, with commas in between.", true)}
            <Choice
                label="New people become" id="default_role" value=role.into() on_choose=move |word| role.set(word)
                options=[(String::new(), "Nobody new comes in".to_owned())].into_iter().chain(roles()).collect()
            />
            <div class="field">
                <label for="role_mapping">"Roles by group" <span class="optional">" optional"</span></label>
                <textarea
                    id="role_mapping" rows="3" aria-describedby="role_mapping-hint"
                    prop:value=move || groups.get()
                    on:input=move |event| groups.set(event_target_value(&event))
                ></textarea>
                <p class="hint" id="role_mapping-hint">"A line each: Group = Clinician. The first that fits counts."</p>
            </div>
            {(!is_new).then(|| view! {
                <div class="consent person">
                    <span class="grow">
                        "No passwords: only owners come in otherwise."
                        {(!used).then_some(" Possible once somebody has signed in this way.")}
                    </span>
                    <Switch
                        label="No passwords" on=only on_switch=move |on| only.set(on)
                        disabled=Signal::stored(!used && !only.get_untracked())
                    />
                </div>
            })}
            <Refusal of=work.failure()/>
            <div class="actions">
                {(!is_new).then(|| view! {
                    <button type="button" class="danger" disabled=move || work.is_busy() on:click=remove>"Remove"</button>
                })}
                <Submit label="Save" work/>
            </div>
        </form>
    }
    .drawn()
}

/// Every role that a provider may give.
fn roles() -> impl Iterator<Item = (String, String)> {
    let given = Role::ALL.iter().filter(|role| **role != Role::Owner);
    given.map(|role| (role.as_str().to_owned(), words::role(*role).to_owned()))
}

fn lines(one: &Connection) -> String {
    let line = |(group, role): &(String, String)| {
        let role = Role::from_word(role).map_or("", words::role);
        format!("{group} = {role}")
    };
    one.role_mapping.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn split(all: &str) -> Vec<String> {
    all.split([',', ' ', '\n']).filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

/// What is no line of a group and a role is left out; what the server has kept is shown again.
fn mapping(lines: &str) -> Vec<GroupRole> {
    let line = |line: &str| {
        let (group, word) = line.rsplit_once('=')?;
        let word = word.trim();
        let role = Role::ALL.iter().find(|role| {
            word.eq_ignore_ascii_case(words::role(**role)) || word.eq_ignore_ascii_case(role.as_str())
        })?;
        Some(GroupRole { group: group.trim().to_owned(), role: *role })
    };
    lines.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_group_and_a_role_by_its_name() {
        let found = mapping("Leads = Supervisor\n\nA = B = front desk\nnonsense\nX = king\nOwners = Owner");
        let found: Vec<_> = found.iter().map(|it| (it.group.as_str(), it.role)).collect();
        assert_eq!(found, [("Leads", Role::Supervisor), ("A = B", Role::FrontDesk), ("Owners", Role::Owner)]);
        assert_eq!(split("a.example, b.example"), ["a.example", "b.example"]);
    }
}
