//! Fills in `nginx/nginx.conf.template` for this machine and has nginx read it.

use crate::{
    process::{Scratch, capture, free_port},
    setup::{nginx, nginx_module},
    web,
    workspace::Workspace,
};
use anyhow::{Context, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// What the template is filled in with; see its first lines.
#[derive(Debug)]
pub struct Settings<'a> {
    /// Address and port, e.g. `127.0.0.1:8080`.
    pub listen: &'a str,
    /// Where the API is, e.g. `http://127.0.0.1:3001`.
    pub api: &'a str,
    /// Folder of the built app.
    pub web_root: &'a Path,
    /// A folder that nginx may write to; the configuration goes there too.
    pub run_dir: &'a Path,
}

/// Writes `nginx.conf` into the folder to run in, and returns where it is.
pub fn write(workspace: &Workspace, settings: &Settings) -> Result<PathBuf> {
    let folder = workspace.root.join("nginx");
    let template = fs::read_to_string(folder.join("nginx.conf.template"))?;
    let module = nginx_module();
    let load = module.as_ref().map(|it| format!("load_module {};", it.display())).unwrap_or_default();
    let host =
        settings.api.split("://").nth(1).unwrap_or(settings.api).split([':', '/']).next().unwrap_or_default();
    if host.parse::<std::net::IpAddr>().is_err() {
        bail!("the API's address is to be given as a number here, not as {host}");
    }
    // The explanation at the top names the variables too; it must not be filled in.
    let (explanation, rest) =
        template.split_once("\n\n").context("nginx.conf.template has no explanation")?;
    let filled = rest
        .replace("${LISTEN}", settings.listen)
        .replace("${API_UPSTREAM}", settings.api)
        .replace("${WEB_ROOT}", &settings.web_root.display().to_string())
        .replace("${NGINX_DIR}", &folder.display().to_string())
        .replace("${RUN_DIR}", &settings.run_dir.display().to_string())
        .replace("${LOAD_BROTLI}", &load)
        .replace("${BROTLI}", if module.is_some() { "brotli_static on;" } else { "" })
        .replace("${RESOLVER}", "");
    if let Some(at) = filled.find("${") {
        bail!(
            "nginx.conf.template names a variable that is not known: {}",
            &filled[at..(at + 20).min(filled.len())]
        );
    }
    fs::create_dir_all(settings.run_dir)?;
    let file = settings.run_dir.join("nginx.conf");
    fs::write(&file, format!("{explanation}\n\n{filled}"))?;
    Ok(file)
}

/// Has nginx read the configuration.
pub fn check(workspace: &Workspace) -> Result<()> {
    let program = nginx(workspace).context("nginx is not installed")?;
    let folder = Scratch::new("nginx")?;
    let settings = Settings {
        listen: &format!("127.0.0.1:{}", free_port()?),
        api: "http://127.0.0.1:3001",
        web_root: &web::dist(workspace),
        run_dir: &folder.0,
    };
    let file = write(workspace, &settings)?;
    capture(workspace.command(program).args(["-t", "-q", "-e", "stderr", "-c"]).arg(file))?;
    println!("nginx accepts its configuration.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nginx_accepts_the_filled_in_configuration() {
        let workspace = Workspace::find().unwrap();
        if nginx(&workspace).is_none() {
            println!("skipped: nginx is not installed");
            return;
        }
        check(&workspace).unwrap();
    }

    #[test]
    fn a_name_in_place_of_the_apis_address_is_refused() {
        let workspace = Workspace::find().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let settings = Settings {
            listen: "127.0.0.1:8080",
            api: "http://api:3001",
            web_root: folder.path(),
            run_dir: folder.path(),
        };
        assert!(write(&workspace, &settings).is_err());
    }
}
