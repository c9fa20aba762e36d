//! Refusals as programs that know OpenAI's API read them: the problem of RFC 9457, with OpenAI's `error` as a further member (§3.2;
//! <https://platform.openai.com/docs/guides/error-codes>).

use actix_web::{HttpResponse, ResponseError as _, body::MessageBody as _, http::header};
use serde_json::{Value, json};
use shared::errors::{ErrorCode, FieldProblem};

use crate::Refusal;

/// The answer to a program.
pub fn answer(refusal: &Refusal) -> HttpResponse {
    let problem = refusal.error_response();
    let mut response = HttpResponse::build(problem.status());
    for (name, value) in problem.headers() {
        response.insert_header((name.clone(), value.clone()));
    }
    let problem = problem.into_body().try_into_bytes().ok();
    let mut problem: Value =
        problem.and_then(|problem| serde_json::from_slice(&problem).ok()).unwrap_or_else(|| json!({}));
    let said = |member: &str| problem[member].as_str();
    let error = said_so(said("code"), said("detail").or_else(|| said("title")));
    problem["error"] = error;
    response.content_type("application/problem+json").insert_header((header::CACHE_CONTROL, "no-store"));
    response.json(problem)
}

/// The last event of an answer that broke off.
pub fn event(code: ErrorCode) -> String {
    format!("data: {}\n\n", json!({ "error": said_so(Some(code.as_str()), Some(code.title())) }))
}

fn said_so(code: Option<&str>, message: Option<&str>) -> Value {
    json!({ "message": message, "type": "mindscribe", "param": null, "code": code })
}

/// A field of the question that needs another look.
pub fn invalid(field: &str, detail: &str) -> Refusal {
    Refusal::invalid(vec![FieldProblem {
        field: field.to_owned(),
        code: "invalid".to_owned(),
        detail: detail.to_owned(),
    }])
}
