//! Who is in care of a client, and with whom they are shared.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::{ClientId, people::CareTeam, permissions::Permission};

use crate::{
    api::SignedIn,
    components::{Fetch, Members, Refusal, Work, fetched},
    logic::words,
    state::{Notices, Session},
};

/// The card.
#[component]
pub fn CareTeamCard(client: ClientId) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    let notices = expect_context::<Notices>();
    let session = expect_context::<Session>();
    let may = untrack(|| session.may(Permission::ShareClients));
    let team = fetched(move |api| async move {
        let colleagues = if may { api.list_colleagues().await?.items } else { Vec::new() };
        Ok((api.list_care_team(client).await?, colleagues))
    });
    let work = Work::new();
    let on_change = Callback::new(move |(id, there): (String, bool)| {
        let said =
            if there { "They see this client from now on" } else { "They do not see this client any more" };
        work.run(api.set_there(there, format!("/clients/{client}/care-team/{id}")), move |()| {
            notices.say(said);
            team.ask_again();
        });
    });
    let beside = |role| words::role(role).to_lowercase();
    view! {
        <section class="card" aria-labelledby="care-title">
            <h2 id="care-title">"Care team"</h2>
            <Fetch
                of=team
                view={move |(team, colleagues): (CareTeam, Vec<_>)| {
                    let nobody = team.items.is_empty();
                    let here = team.items.into_iter().map(|it| (it.id.to_string(), it.name.into_inner(), beside(it.role)));
                    let others = colleagues
                        .into_iter()
                        .map(|it: shared::people::Colleague| (it.id.to_string(), it.name.into_inner(), beside(it.role)));
                    view! {
                        {nobody.then(|| view! { <p class="hint">"Nobody yet: only those who see every client find this one."</p> })}
                        <Members
                            label="Share with".to_owned() id="share-with".to_owned()
                            here=here.collect() others=others.collect() on_change
                            busy=Signal::derive(move || work.is_busy())
                        />
                    }
                }}
            />
            <Refusal of=work.failure()/>
        </section>
    }
    .drawn()
}
