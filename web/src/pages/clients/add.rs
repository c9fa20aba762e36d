//! Adding a client.

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::clients::ClientView;

use super::form::{ClientFields, ClientForm};
use crate::{
    api::SignedIn,
    components::{Dialog, Refusal, Submit, Work},
};

/// The dialog.
#[component]
pub fn AddClient(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Called with the new client.
    #[prop(into)]
    on_added: Callback<ClientView>,
) -> impl IntoView {
    let api = expect_context::<SignedIn>();
    view! {
        <Dialog open id="add-client-title" title="Add client">
            {
                let form = ClientForm::empty();
                let work = Work::new();
                let submit = move |event: web_sys::SubmitEvent| {
                    event.prevent_default();
                    let client = form.new_client();
                    work.run(async move { api.create_client(&client).await }, move |client| {
                        open.set(false);
                        on_added.run(client);
                    });
                };
                view! {
                    <form on:submit=submit>
                        <ClientFields form work/>
                        <Refusal of=work.failure()/>
                        <div class="actions">
                            <button type="button" on:click=move |_| open.set(false)>"Cancel"</button>
                            <Submit label="Save client" work/>
                        </div>
                    </form>
                }
            }
        </Dialog>
    }
    .drawn()
}
