//! The built app, where no nginx serves it: `demo` and `up`. Files by name, compressed ahead of time;
//! every other address is the app's own page, which routes in the browser.

use std::path::{Component, Path, PathBuf};

use actix_files::NamedFile;
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, ContentEncoding, HeaderMap},
    web,
};
use shared::errors::ErrorCode;

use crate::{App, Refusal};

/// Serves a file of the app, or its page.
pub async fn serve(app: web::Data<App>, request: HttpRequest) -> Result<HttpResponse, Refusal> {
    let is_api = request.path().starts_with("/api/");
    let Some(folder) = app.config.server.web_dir.as_deref().filter(|_| !is_api && is_reading(&request))
    else {
        return Err(ErrorCode::NotFound.into());
    };
    let named = inside(folder, request.path()).filter(|path| path.is_file());
    // A name with a dot is meant as a file: a missing one is missing, not the page.
    if named.is_none() && request.path().rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return Err(ErrorCode::NotFound.into());
    }
    let caching = if named.is_some() && is_hashed(request.path()) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let path = named.unwrap_or_else(|| folder.join("index.html"));
    let file = open(&path, request.headers()).await.map_err(|_missing| Refusal::from(ErrorCode::NotFound))?;
    let mut response = file.into_response(&request);
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static(caching));
    response.headers_mut().insert(header::VARY, header::HeaderValue::from_static("accept-encoding"));
    Ok(response)
}

fn is_reading(request: &HttpRequest) -> bool {
    matches!(request.method().as_str(), "GET" | "HEAD")
}

/// Whether a path names a built file with a hash of what is in it, or in a folder with one: there will never be another.
fn is_hashed(path: &str) -> bool {
    path.split(['/', '-', '_', '.'])
        .any(|part| part.len() >= 12 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The file that a path names, if it stays inside the folder.
fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let relative = Path::new(path.trim_start_matches('/'));
    let plain = relative.components().all(|part| matches!(part, Component::Normal(_)));
    (plain && !path.contains('%')).then(|| folder.join(relative))
}

/// The smallest form that the browser takes.
async fn open(path: &Path, headers: &HeaderMap) -> std::io::Result<NamedFile> {
    let accepted =
        headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let plain = NamedFile::open_async(path).await?;
    for (coding, suffix, encoding) in
        [("br", "br", ContentEncoding::Brotli), ("gzip", "gz", ContentEncoding::Gzip)]
    {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(suffix);
        if accepted.split(',').any(|one| one.split(';').next().is_some_and(|one| one.trim() == coding))
            && let Ok(file) = NamedFile::open_async(&name).await
        {
            let kind = plain.content_type().clone();
            return Ok(file
                .set_content_type(kind)
                .set_content_encoding(encoding)
                // The suffix would make it a download.
                .disable_content_disposition());
        }
    }
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_can_never_change_is_kept_for_good() {
        for kept in ["/web-1f2e3d4c5b6a7980_bg.wasm", "/snippets/parts-1f2e3d4c5b6a7980/load.js"] {
            assert!(is_hashed(kept), "{kept}");
        }
        for asked_for_again in ["/", "/index.html", "/boot.js", "/sessions"] {
            assert!(!is_hashed(asked_for_again), "{asked_for_again}");
        }
    }

    #[test]
    fn a_path_does_not_leave_the_folder() {
        let folder = Path::new("/app");
        assert_eq!(inside(folder, "/style-1f.css"), Some(PathBuf::from("/app/style-1f.css")));
        for wrong in ["/../etc/passwd", "/a/../../b", "/%2e%2e/b", "/./x/../../y"] {
            assert_eq!(inside(folder, wrong), None, "{wrong}");
        }
    }
}
