//! `GET /audit/affected`

use access::{Tx, perm};
use actix_web::{HttpResponse, get, http::header, web};
use audit::{Action, Event};
use clinical::clients;
use serde::Deserialize;
use shared::{
    audit::{Affected, AffectedFilter, DataClass, Touched},
    csv,
    errors::Problem,
};

use crate::{App, Refusal, extract::Require};

/// In which form the list is wanted.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Form {
    /// `csv`: a line for each client (RFC 4180).
    #[serde(default)]
    format: String,
}

/// Whose data a person, a key, a sign-in or a span of time has touched: for each client, which classes of data, and
/// whether they stood in a list, were changed, opened or taken away. Lists of everybody do not say who stood in them:
/// how many there were is said apart. Names are given to whoever may see the charts. Asks for a second factor shown
/// within five minutes.
#[utoipa::path(
    operation_id = "list_affected",
    tag = "audit",
    params(AffectedFilter, Form),
    responses(
        (status = 200, description = "Found", content((Affected = "application/json"), (String = "text/csv"))),
        (status = 400, description = "`invalid_request`", body = Problem),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 403, description = "`forbidden`, `step_up_required`", body = Problem),
    ),
    extensions(("x-permission" = json!("audit.read")))
)]
#[get("/audit/affected")]
pub async fn whom(
    app: web::Data<App>,
    who: Require<perm::ReadAudit>,
    asked: web::Query<AffectedFilter>,
    form: web::Query<Form>,
) -> Result<HttpResponse, Refusal> {
    let affected = app
        .act(who.actor, Event::general(Action::AffectedListed), async |tx| {
            identity::fresh(tx).await?;
            let mut affected = access::list_affected(tx, who.granted, &asked).await?;
            name(tx, &mut affected).await?;
            Ok::<_, Refusal>(affected)
        })
        .await?;
    if form.format == "csv" {
        let name = (header::CONTENT_DISPOSITION, "attachment; filename=\"affected.csv\"");
        let body = lines(&affected);
        return Ok(HttpResponse::Ok().content_type("text/csv; charset=utf-8").insert_header(name).body(body));
    }
    Ok(HttpResponse::Ok().json(affected))
}

/// Puts the names of the clients in whose charts whoever asks may see.
async fn name(tx: &mut Tx, affected: &mut Affected) -> Result<(), Refusal> {
    let Ok(granted) = tx.actor().require::<perm::ReadClients>() else { return Ok(()) };
    let names = clients::list_names(tx, granted).await?;
    for client in &mut affected.clients {
        let named = names.iter().find(|(id, _)| *id == client.client_id);
        client.name = named.map(|(_, names)| {
            let (given, family) = names.reveal();
            format!("{given} {family}").into()
        });
    }
    tx.record(Event::general(Action::ClientsListed));
    Ok(())
}

fn lines(affected: &Affected) -> String {
    let head = ["client_id", "name", "strongest", "first_at", "last_at"];
    let classes = DataClass::ALL.iter().map(|class| class.as_str());
    let mut csv = csv::line(&head.into_iter().chain(classes).collect::<Vec<_>>());
    for client in &affected.clients {
        let name = client.name.as_ref().map(|name| name.reveal().clone()).unwrap_or_default();
        let mut fields = vec![
            client.client_id.to_string(),
            name,
            client.touch.as_str().to_owned(),
            client.first_at.to_rfc3339(),
            client.last_at.to_rfc3339(),
        ];
        let touch = |touched: &Touched| touched.touch.as_str().to_owned();
        fields.extend(
            DataClass::ALL.iter().map(|class| {
                client.data.iter().find(|one| one.class == *class).map(touch).unwrap_or_default()
            }),
        );
        csv.push_str(&csv::line(&fields));
    }
    for one in &affected.without_client {
        let said = format!("{} times of clients not known", one.times);
        let mut fields =
            vec![String::new(), said, one.touch.as_str().to_owned(), String::new(), String::new()];
        let word = |class: &DataClass| if *class == one.class { one.touch.as_str() } else { "" }.to_owned();
        fields.extend(DataClass::ALL.iter().map(word));
        csv.push_str(&csv::line(&fields));
    }
    csv
}
