//! Signing a note, alone or as well: whoever signs shows once more who they are (45 CFR 164.312(d)).

use access::{Actor, Tx};
use actix_web::HttpResponse;
use audit::Event;
use clinical::notes::SignerName;
use shared::{notes::NoteView, passkeys::Purpose, second_factors::OwnProof};

use crate::{App, Refusal, auth::own_proof, extract::etag};

/// Signs with `sign`, under the acting person's name, if their proof is right. `attempt` is what is recorded
/// otherwise.
///
/// # Errors
/// The proof is not right, what `sign` refused, or what failed.
pub async fn with_proof<E>(
    app: &App,
    actor: Actor,
    attempt: Event,
    proof: &OwnProof,
    sign: impl AsyncFnOnce(&mut Tx, SignerName) -> Result<NoteView, E>,
) -> Result<HttpResponse, Refusal>
where
    Refusal: From<E>,
{
    let right = own_proof::is_right(app, &actor, Purpose::Signature, proof).await?;
    let note = app
        .act::<_, Refusal>(actor, attempt, async |tx| {
            if !right {
                return Err(own_proof::wrong());
            }
            let name = SignerName(identity::load_me(tx).await?.user.name);
            Ok(sign(tx, name).await?)
        })
        .await?;
    Ok(HttpResponse::Ok().insert_header(etag(note.revision)).json(note))
}
