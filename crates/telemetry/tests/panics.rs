//! A panic in a process that logs. A program of its own, as it changes the process.

use telemetry::LogCapture;

#[test]
fn a_panic_is_logged_by_its_place_and_not_by_its_words() {
    let capture = LogCapture::install().expect("the first logger");
    let name = "Erika";
    let panicked = std::panic::catch_unwind(|| panic!("{name} said something"));
    assert!(panicked.is_err());
    let lines = capture.lines_with("A thread panicked");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("panics.rs"));
    assert!(capture.lines_with("Erika").is_empty());
    LogCapture::install().expect("the same capture again");
    tracing::info!("Still captured");
    assert_eq!(capture.lines_with("Still captured").len(), 1);
}
