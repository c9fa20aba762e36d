//! What each role may do: the matrix that the server goes by, as a table.

use std::fmt::Write;

use crate::drawn::Draw;
use leptos::prelude::*;
use shared::permissions::{Permission, Role};

use crate::logic::words;

/// The table. It is made of our own words alone, so it is written as text: a view of 180 cells would be
/// a good part of the first load.
#[component]
pub fn Roles() -> impl IntoView {
    view! {
        <section class="card" aria-labelledby="roles-title">
            <h2 id="roles-title">"What each role may do"</h2>
            <div class="table" tabindex="0" role="region" aria-label="Table of roles">
                <table class="roles" inner_html=table()></table>
            </div>
        </section>
    }
    .drawn()
}

fn table() -> String {
    let mut html = String::from("<thead><tr><th scope=col>Permission</th>");
    // Writing into a String cannot fail.
    for role in Role::ALL {
        let _ = write!(html, "<th scope=col>{}</th>", words::role(*role));
    }
    html.push_str("</tr></thead><tbody>");
    for permission in Permission::ALL {
        let _ = write!(html, "<tr><th scope=row>{}</th>", words::permission(*permission));
        for role in Role::ALL {
            html.push_str(if role.may(*permission) {
                "<td class=mark-cell><span aria-hidden=true>✓</span><span class=visually-hidden>yes</span></td>"
            } else {
                "<td class=mark-cell><span aria-hidden=true>–</span><span class=visually-hidden>no</span></td>"
            });
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody>");
    html
}
