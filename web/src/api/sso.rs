//! What the server says of single sign-on, as far as it is shown.

use shared::sso::{BeginSso, SsoSettings};
use wasm_bindgen::JsValue;

use super::{
    Anonymous, Call, Failure, SignedIn,
    account::{flag, list, read, text},
};

/// A connection: `SsoConnectionView` of `shared::sso`.
#[derive(Clone)]
pub struct Connection {
    /// Its id.
    pub id: String,
    /// `oidc` or `workos`.
    pub kind: String,
    /// What it is called.
    pub name: String,
    /// Who vouches.
    pub issuer: String,
    /// What the provider calls this server.
    pub client_id: String,
    /// The domains, with commas in between.
    pub domains: String,
    /// The role of somebody new; empty: nobody new.
    pub default_role: String,
    /// The claim that holds groups.
    pub groups_claim: String,
    /// A group and its role.
    pub role_mapping: Vec<(String, String)>,
    /// Whether passwords are switched off.
    pub sso_only: bool,
    /// Whether an owner vouches.
    pub vouched_by_owner: bool,
    /// Whether anybody has come this way.
    pub used: bool,
    /// Where the provider sends people back to.
    pub callback: String,
    /// Where the practice's people begin.
    pub sign_in_address: String,
}

impl Connection {
    fn of(it: JsValue) -> Self {
        let words =
            |name: &str| list(&it, name).iter().filter_map(|word| word.as_string()).collect::<Vec<_>>();
        let pair = |one: JsValue| (text(&one, "group"), text(&one, "role"));
        Self {
            id: text(&it, "id"),
            kind: text(&it, "kind"),
            name: text(&it, "name"),
            issuer: text(&it, "issuer"),
            client_id: text(&it, "client_id"),
            domains: words("domains").join(", "),
            default_role: text(&it, "default_role"),
            groups_claim: text(&it, "groups_claim"),
            role_mapping: list(&it, "role_mapping").iter().map(pair).collect(),
            sso_only: flag(&it, "sso_only"),
            vouched_by_owner: flag(&it, "vouched_by_owner"),
            used: flag(&it, "used"),
            callback: text(&it, "callback"),
            sign_in_address: text(&it, "sign_in_address"),
        }
    }
}

impl Anonymous {
    /// Where to go on to sign in with an organisation.
    pub async fn begin_sso(self, form: &BeginSso) -> Result<String, Failure> {
        let answer = Call::new("POST", "/auth/sso/begin").json(form).send(None).await?;
        Ok(text(&read(&answer.text().await?), "authorize_url"))
    }
}

impl SignedIn {
    /// The practice's connections.
    pub async fn list_connections(self) -> Result<Vec<Connection>, Failure> {
        let answer = read(&self.send(Call::get("/sso/connections")).await?.text().await?);
        Ok(list(&answer, "items").iter().map(Connection::of).collect())
    }

    /// The call that makes a connection, or changes the one with this id.
    pub fn save_connection(id: &str, settings: &SsoSettings) -> Call {
        if id.is_empty() {
            Call::post("/sso/connections").json(settings)
        } else {
            Call::new("PUT", format!("/sso/connections/{id}")).json(settings)
        }
    }

    /// What is in the way of using a connection; empty, if nothing is.
    pub async fn check_connection(self, id: String) -> Result<String, Failure> {
        let call = Call::new("POST", format!("/sso/connections/{id}/check"));
        Ok(text(&read(&self.send(call).await?.text().await?), "problem"))
    }

    /// Sends calls, one after the other.
    pub async fn send_all(self, calls: Vec<Call>) -> Result<(), Failure> {
        for call in calls {
            self.send(call).await?;
        }
        Ok(())
    }
}
