//! The browser app: draws itself into the page.

fn main() {
    web::start();
}
